import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SeededShard, seedShards } from '../fixtures/index.ts';
import { databaseFile } from '../reference-worker/local/state.ts';
import { claimState } from '../reference-worker/local/state-lock.ts';
import { topologies } from '../reference-worker/local/topology.ts';
import { profiles } from './profiles.ts';
import { placeShards, planShards } from './seeding.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'seeding-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const profile = { ...profiles.smoke, sizeBytes: 1e6, virtualUsers: 20 };
const neverAborted = new AbortController().signal;

/** The dedicated shard alone: one small account, so that the test is quick. */
async function seedAcme(): Promise<SeededShard[]> {
  const planned = planShards(topologies.dedicated, 'acme', profile, root);
  return await seedShards(
    planned.filter(({ shardId }) => shardId === 'shard-acme'),
    neverAborted,
  );
}

function notesIn(stateDir: string): unknown {
  const database = new DatabaseSync(databaseFile(stateDir, 'shard-acme'));
  const row = database.prepare('SELECT count(*) AS notes FROM notes').get();
  database.close();
  return row?.notes;
}

test('the account under test gets the size of the profile and a user for each virtual user', () => {
  const [shard] = planShards(topologies.shared, 'acme', profile, root);
  expect(shard?.plans.map(({ account, sizeBytes }) => [account, sizeBytes])).toEqual([
    ['acme', 1e6],
    ['birch', 8e6],
    ['cedar', 8e6],
    ['damson', 8e6],
  ]);
  expect(shard?.plans[0]?.users).toBe(20);
});

test('a run starts from the seed, whatever the run before it wrote', async () => {
  const stateDir = join(root, 'state');
  const shards = await seedAcme();
  placeShards(shards, stateDir);
  const seeded = notesIn(stateDir);
  const served = new DatabaseSync(databaseFile(stateDir, 'shard-acme'));
  served.exec('DELETE FROM notes');
  served.close();
  expect(notesIn(stateDir)).toBe(0);

  placeShards(await seedAcme(), stateDir);

  expect(notesIn(stateDir)).toBe(seeded);
});

test('a write-ahead log of an earlier run is not replayed over the fresh copy', async () => {
  const stateDir = join(root, 'state');
  const shards = await seedAcme();
  placeShards(shards, stateDir);
  const file = databaseFile(stateDir, 'shard-acme');
  const killed = new DatabaseSync(file);
  killed.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; DELETE FROM notes');
  copyFileSync(`${file}-wal`, join(root, 'wal'));
  killed.close();
  copyFileSync(join(root, 'wal'), `${file}-wal`);

  placeShards(shards, stateDir);

  expect(notesIn(stateDir)).toBe(shards[0]?.plans[0]?.notes);
});

test('a state folder that is being served is left alone', async () => {
  const stateDir = join(root, 'state');
  const shards = await seedAcme();
  const release = claimState(stateDir);
  expect(() => placeShards(shards, stateDir)).toThrow(/^state_in_use/);
  release();
});
