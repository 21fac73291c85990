import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import {
  copyShard,
  formatSize,
  planTopology,
  type SeededShard,
  type ShardSeed,
  shardSeeds,
} from '../fixtures/index.ts';
import { startProgress, timeLeft } from '../fixtures/progress.ts';
import { databaseFile } from '../reference-worker/local/state.ts';
import { claimState } from '../reference-worker/local/state-lock.ts';
import type { Topology } from '../reference-worker/local/topology.ts';
import { LoadTestError } from './errors.ts';
import type { Scenario } from './scenarios/index.ts';

/**
 * Plans every account of a topology: the one under test at the scenario's size, the others small.
 *
 * @param root the folder of all data sets
 * @throws FixtureError for a size or a number of users that cannot be planned
 */
export function planShards(
  topology: Topology,
  underTest: string,
  { sizeBytes, virtualUsers, seed }: Scenario,
  root: string,
): ShardSeed[] {
  return shardSeeds(
    planTopology(topology, { account: underTest, sizeBytes, users: virtualUsers, seed }),
    root,
  );
}

/** The write-ahead log and the documents that a run adds, on top of the copy itself. */
const FREE_SPACE_FACTOR = 1.2;

/**
 * Puts a copy of each data set where the platform serves it: every run starts from the same documents, whatever the
 * one before it wrote.
 *
 * @throws PlatformError `state_in_use` while another platform serves this folder; LoadTestError `disk_full`;
 *   FixtureError `data_set_changed`; the reason of `signal`
 */
export async function placeShards(
  shards: readonly SeededShard[],
  stateDir: string,
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(stateDir, { recursive: true });
  const release = claimState(stateDir);
  try {
    for (const { shardId } of shards) removeDatabase(databaseFile(stateDir, shardId));
    assertSpace(shards, stateDir);
    for (const shard of shards) await place(shard, stateDir, signal);
  } finally {
    release();
  }
}

async function place(
  { shardId, folder, manifest }: SeededShard,
  stateDir: string,
  signal: AbortSignal,
): Promise<void> {
  const label = `seed: ${shardId}: a fresh copy for this run`;
  const progress = startProgress(label);
  const startedAtMs = Date.now();
  try {
    const onProgress = (fraction: number): void =>
      progress.update(`${label}, ${Math.floor(fraction * 100)} %, ${timeLeft(startedAtMs, fraction)}`);
    await copyShard({ folder, manifest, to: databaseFile(stateDir, shardId), onProgress, signal });
    progress.done(label);
  } catch (error) {
    progress.fail(`${label} was not made`);
    throw error;
  }
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

function assertSpace(shards: readonly SeededShard[], stateDir: string): void {
  const { bavail, bsize } = statfsSync(stateDir);
  const neededBytes = shards.reduce((sum, { manifest }) => sum + manifest.fileBytes, 0) * FREE_SPACE_FACTOR;
  if (bavail * bsize >= neededBytes) return;
  throw new LoadTestError(
    'disk_full',
    `${stateDir} needs ${formatSize(neededBytes)} for a run and has ${formatSize(bavail * bsize)}; ` +
      'free some space, or ask for a smaller --size.',
  );
}
