import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { placeShards, type SeededShard, seedShards, shardFile } from '../fixtures/index.ts';
import { databaseFile } from '../reference-worker/local/state.ts';
import { claimState } from '../reference-worker/local/state-lock.ts';
import { topologies } from '../reference-worker/shared-shards/topologies.ts';
import { planShards } from './seeding.ts';
import { subjectOf } from './system.ts';
import { system } from './testing/reference.ts';
import { scenarios } from './testing/scenarios.ts';

const subject = await subjectOf(system);
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'seeding-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const scenario = { ...scenarios.smoke, sizeBytes: 1e6, virtualUsers: 20 };
const neverAborted = new AbortController().signal;

/** The dedicated shard alone: one small account, so that the test is quick. */
async function seedAcme(): Promise<SeededShard[]> {
  const planned = planShards(subject, topologies.dedicated, scenario, root);
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

test('the account under test gets the size of the scenario and a user for each virtual user', () => {
  const [shard] = planShards(subject, topologies.shared, scenario, root);
  expect(shard?.plans.map(({ account, sizeBytes }) => [account, sizeBytes])).toEqual([
    ['acme', 1e6],
    ['birch', 8e6],
    ['cedar', 8e6],
    ['damson', 8e6],
  ]);
  expect(shard?.plans[0]?.counts.users).toBe(20);
});

test('a run starts from the seed, whatever the run before it wrote', async () => {
  const stateDir = join(root, 'state');
  const shards = await seedAcme();
  await placeShards(shards, stateDir, neverAborted);
  const seeded = notesIn(stateDir);
  const served = new DatabaseSync(databaseFile(stateDir, 'shard-acme'));
  served.exec('DELETE FROM notes');
  served.close();
  expect(notesIn(stateDir)).toBe(0);

  await placeShards(await seedAcme(), stateDir, neverAborted);

  expect(notesIn(stateDir)).toBe(seeded);
});

test('a write-ahead log of an earlier run is not replayed over the fresh copy', async () => {
  const stateDir = join(root, 'state');
  const shards = await seedAcme();
  await placeShards(shards, stateDir, neverAborted);
  const file = databaseFile(stateDir, 'shard-acme');
  const killed = new DatabaseSync(file);
  killed.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; DELETE FROM notes');
  copyFileSync(`${file}-wal`, join(root, 'wal'));
  killed.close();
  copyFileSync(join(root, 'wal'), `${file}-wal`);

  await placeShards(shards, stateDir, neverAborted);

  expect(notesIn(stateDir)).toBe(shards[0]?.plans[0]?.counts.notes);
});

test('a state folder that is being served is left alone', async () => {
  const stateDir = join(root, 'state');
  const shards = await seedAcme();
  const release = claimState(stateDir);
  await expect(placeShards(shards, stateDir, neverAborted)).rejects.toThrow(/^state_in_use/);
  release();
});

test('a data set that is no longer the one that was verified is not served', async () => {
  const stateDir = join(root, 'state');
  const [shard] = await seedAcme();
  if (!shard) throw new Error('The dedicated topology has a shard for acme.');
  const bytes = readFileSync(shardFile(shard.folder));
  bytes[bytes.length - 100] = (bytes.at(-100) ?? 0) ^ 1;
  writeFileSync(shardFile(shard.folder), bytes);

  const placed = placeShards([shard], stateDir, neverAborted);

  await expect(placed).rejects.toMatchObject({ code: 'data_set_changed' });
  expect(existsSync(databaseFile(stateDir, 'shard-acme'))).toBe(false);
});

test('a data set of another version of the documents is neither served nor silently replaced', async () => {
  const [shard] = await seedAcme();
  const manifest = join(shard?.folder ?? '', 'manifest.json');
  const other = readFileSync(manifest, 'utf8').replace(/"version": "\d+"/, '"version": "0"');
  writeFileSync(manifest, other);

  await expect(seedAcme()).rejects.toMatchObject({ code: 'other_generator_version' });
  expect(readFileSync(manifest, 'utf8')).toBe(other);
});
