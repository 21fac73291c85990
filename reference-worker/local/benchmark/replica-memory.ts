import { fork } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type PartResult, readable } from './aim.ts';
import { copyDataSet } from './data-set.ts';
import { BenchmarkError } from './errors.ts';
import type { PartContext } from './part.ts';
import { ReplicaMeasurement, type Task, VARIANTS, type Variant } from './replica-memory-task.ts';

const PROCESS = join(import.meta.dirname, 'replica-memory-process.ts');
const SECONDS = 20;
const REPLICAS = 2;
const MEGABYTES_AT_MOST = 50;
/** A replica that copied anything of the documents would take a whole copy; what it may take is log that it pins. */
const COPIES_AT_MOST = 0.05;
/** As many commits between a replica and the primary show that states in between are held. */
const COMMITS_BEHIND_AT_LEAST = 2;

/** Memory and disk of a database with two lagging replicas, compared with the same database without. */
export async function measureReplicaMemory(
  { folder, tell, signal }: PartContext,
  source: string,
  seconds = SECONDS,
): Promise<PartResult> {
  const file = join(folder, 'shard.sqlite');
  tell(`copying ${source}`);
  await copyDataSet(source, file);
  signal.throwIfAborted();
  const measured = new Map<Variant, ReplicaMeasurement>();
  for (const variant of VARIANTS) {
    tell(`${variant}: ${seconds} s of reads`);
    measured.set(variant, await runVariant({ variant, file, seconds }, signal));
  }
  return judgeReplicaMemory(measured, (await stat(file)).size);
}

/** A process of its own: no variant inherits the memory of another. */
async function runVariant(task: Task, signal: AbortSignal): Promise<ReplicaMeasurement> {
  // Node runs TypeScript by itself; a loader would take memory of its own.
  const child = fork(PROCESS, [JSON.stringify(task)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const stop = (): void => void child.kill();
  signal.addEventListener('abort', stop);
  let measurement: unknown;
  child.on('message', (message) => {
    measurement = message;
  });
  try {
    const [[code], said] = await Promise.all([once(child, 'close'), child.stderr && text(child.stderr)]);
    signal.throwIfAborted();
    if (code !== 0)
      throw new BenchmarkError('part_failed', `the process of ${task.variant} failed:\n${said}`);
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return ReplicaMeasurement.parse(measurement);
}

/** @param sizeBytes of the database file */
export function judgeReplicaMemory(
  measured: ReadonlyMap<Variant, ReplicaMeasurement>,
  sizeBytes: number,
): PartResult {
  const figure = (variant: Variant, of: (measurement: ReplicaMeasurement) => number): number => {
    const measurement = measured.get(variant);
    return measurement ? of(measurement) : Number.NaN;
  };
  const residentMb = (variant: Variant): number =>
    figure(variant, ({ residentBytes }) => residentBytes / 1e6);
  const grownBytes = (variant: Variant): number => figure(variant, ({ grownBytes }) => grownBytes);
  return {
    lines: [
      `data set of ${readable(sizeBytes / 1e6)} MB`,
      ...[...measured].map(([variant, measurement]) => describeMeasurement(variant, measurement)),
    ],
    aims: [
      {
        what: 'resident memory of a replica (with replicas less primary alone, by two)',
        measured: { value: (residentMb('replicas') - residentMb('primary')) / REPLICAS, unit: 'MB' },
        bound: 'at most',
        limit: MEGABYTES_AT_MOST,
      },
      {
        what: 'disk of a replica (growth with replicas less growth by the same writes without, by two)',
        measured: {
          value: (grownBytes('replicas') - grownBytes('primary-and-writes')) / REPLICAS / sizeBytes,
          unit: 'copies of the data set',
        },
        bound: 'at most',
        limit: COPIES_AT_MOST,
      },
      {
        what: 'how far the replicas were behind, on average',
        measured: {
          value: figure('replicas', ({ meanCommitsBehind }) => meanCommitsBehind),
          unit: 'commits',
        },
        bound: 'at least',
        limit: COMMITS_BEHIND_AT_LEAST,
      },
    ],
  };
}

function describeMeasurement(variant: Variant, measurement: ReplicaMeasurement): string {
  const { residentBytes, reads, writes, grownBytes, meanCommitsBehind, maxCommitsBehind } = measurement;
  return (
    `${variant.padEnd(18)} ${readable(residentBytes / 1e6)} MB resident at most; ` +
    `${reads.toLocaleString('en-GB')} reads, ${writes.toLocaleString('en-GB')} writes; ` +
    `file and log grew by ${readable(grownBytes / 1e6)} MB; ` +
    `replicas behind by ${readable(meanCommitsBehind)} commits on average, ${maxCommitsBehind} at most`
  );
}
