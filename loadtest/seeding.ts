import { constants, copyFileSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AccountPlan,
  describeShard,
  formatSize,
  loadShard,
  type Manifest,
  planAccount,
} from '../fixtures/index.ts';
import { startProgress, timeLeft } from '../fixtures/progress.ts';
import { databaseFile } from '../reference-worker/local/state.ts';
import { claimState } from '../reference-worker/local/state-lock.ts';
import type { Topology } from '../reference-worker/local/topology.ts';
import { LoadTestError } from './errors.ts';
import { NEIGHBOUR_SIZE_BYTES, type Profile } from './profiles.ts';

/** What one shard of the topology is seeded with. */
export interface ShardSeed {
  readonly shardId: string;
  /** The seed file; never served, so that it stays what its manifest says. */
  readonly file: string;
  readonly plans: readonly AccountPlan[];
}

export type SeededShard = ShardSeed & { readonly manifest: Manifest };

/**
 * Plans every account of a topology: the one under test at the profile's size, the others small. The seed file is
 * named after what is in it, so that profiles keep their files side by side.
 *
 * @throws FixtureError for a size or a number of users that cannot be planned
 */
export function planShards(
  topology: Topology,
  underTest: string,
  profile: Profile,
  root: string,
): ShardSeed[] {
  const { seed } = profile;
  return topology.shards.map(({ id: shardId }) => {
    const accounts = topology.accounts.filter((account) => account.shardId === shardId);
    const plans = accounts.map(({ id: account }) =>
      account === underTest
        ? planAccount({ account, seed, sizeBytes: profile.sizeBytes, users: profile.virtualUsers })
        : planAccount({ account, seed, sizeBytes: NEIGHBOUR_SIZE_BYTES }),
    );
    const contents = plans
      .map(({ account, sizeBytes, users }) => `${account}-${sizeBytes}-${users}`)
      .join('_');
    return { shardId, plans, file: join(root, 'seeds', `${contents}_seed-${seed}.sqlite`) };
  });
}

/**
 * Generates the seed files that are not there yet.
 *
 * @throws FixtureError `disk_full` before anything is written; the reason of `signal`
 */
export async function seedShards(shards: readonly ShardSeed[], signal: AbortSignal): Promise<SeededShard[]> {
  const seeded: SeededShard[] = [];
  for (const shard of shards) {
    const known = await describeShard(shard.file, shard.plans);
    if (known) process.stderr.write(`seed: ${shard.shardId} reuses ${describe(known)}\n`);
    seeded.push({ ...shard, manifest: known ?? (await generate(shard, signal)) });
  }
  return seeded;
}

async function generate({ shardId, file, plans }: ShardSeed, signal: AbortSignal): Promise<Manifest> {
  const progress = startProgress(`seed: generating ${shardId}`);
  const startedAtMs = Date.now();
  try {
    const manifest = await loadShard({
      file,
      plans,
      signal,
      onProgress: ({ documents, bytes, fraction }) => {
        const perSecond = Math.round(documents / ((Date.now() - startedAtMs) / 1000));
        progress.update(
          `seed: ${shardId} ${formatSize(bytes)}, ${perSecond} documents/s, ${timeLeft(startedAtMs, fraction)}`,
        );
      },
    });
    progress.done(`seed: ${shardId} holds ${describe(manifest)}`);
    return manifest;
  } catch (error) {
    progress.fail(`seed: ${shardId} was not generated`);
    throw error;
  }
}

function describe({ accounts, fileBytes }: Manifest): string {
  const documents = accounts.reduce((sum, account) => sum + account.documents, 0);
  return `${documents} documents of ${accounts.length} accounts in ${formatSize(fileBytes)}`;
}

/** The write-ahead log and the documents that a run adds, on top of the copy itself. */
const FREE_SPACE_FACTOR = 1.2;

/**
 * Puts a copy of each seed file where the platform serves it: every run starts from the same documents, whatever
 * the one before it wrote.
 *
 * @throws PlatformError `state_in_use` while another platform serves this folder; LoadTestError `disk_full`
 */
export function placeShards(shards: readonly SeededShard[], stateDir: string): void {
  mkdirSync(stateDir, { recursive: true });
  const release = claimState(stateDir);
  try {
    for (const { shardId } of shards) removeDatabase(databaseFile(stateDir, shardId));
    assertSpace(shards, stateDir);
    for (const { shardId, file } of shards) {
      copyFileSync(file, databaseFile(stateDir, shardId), constants.COPYFILE_FICLONE);
    }
  } finally {
    release();
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
