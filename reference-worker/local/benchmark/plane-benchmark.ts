import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { runCommand } from '../../../reports/command/index.ts';
import { PlatformError } from '../errors.ts';
import { INTERRUPTED_EXIT_CODE, interruption } from '../interruption.ts';
import { describeAim, isMet, type PartResult } from './aim.ts';
import { largestDataSet, refuseUncopyable } from './data-set.ts';
import { BenchmarkError, type BenchmarkErrorCode } from './errors.ts';
import { measureIsolation } from './isolation.ts';
import { readOptions } from './options.ts';
import type { Part, PartContext } from './part.ts';
import { measureReplicaMemory } from './replica-memory.ts';
import { measureThroughput } from './throughput.ts';
import { measureVirtualTime } from './virtual-time.ts';
import { refuseWithoutWrk } from './wrk.ts';

/** `npm run benchmark:plane`: the aims of the local data plane, each measured beside its rival. */

const MISSED_EXIT_CODE = 1;
/** A part that broke down; all other errors refuse to start. */
const FAILURES: readonly BenchmarkErrorCode[] = ['part_failed'];
/** On one disk with the data sets, where a copy may cost nothing. */
const WORK = '.shardproof';

async function main(signal: AbortSignal): Promise<number> {
  const { parts, file } = readOptions(process.argv.slice(2));
  if (parts.includes('throughput') || parts.includes('isolation')) await refuseWithoutWrk();
  const dataSet = parts.includes('replica-memory') ? await findDataSet(file) : '';
  const measure: Readonly<Record<Part, (context: PartContext) => Promise<PartResult>>> = {
    throughput: measureThroughput,
    'virtual-time': measureVirtualTime,
    'replica-memory': (context) => measureReplicaMemory(context, dataSet),
    isolation: measureIsolation,
  };
  console.log(`${availableParallelism()} cores of ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`);
  let isAllMet = true;
  for (const part of parts) {
    const { lines, aims } = await inFolder((folder) =>
      measure[part]({ folder, signal, tell: (step) => console.error(`${part}: ${step}`) }),
    );
    console.log(['', part, ...lines, ...aims.map(describeAim)].join('\n'));
    isAllMet &&= aims.every(isMet);
  }
  return isAllMet ? 0 : MISSED_EXIT_CODE;
}

async function findDataSet(file: string | undefined): Promise<string> {
  const dataSet = file ?? (await largestDataSet(join(WORK, 'seeds')));
  await refuseUncopyable(dataSet, '.');
  return dataSet;
}

/** Of what a part writes nothing is left, however it ends. */
async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  await mkdir(WORK, { recursive: true });
  const folder = await mkdtemp(join(resolve(WORK), 'plane-benchmark-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const signal = interruption(new BenchmarkError('interrupted', 'stopping; nothing that was written is kept.'));
await runCommand(() => main(signal), {
  known: [BenchmarkError, PlatformError],
  failures: FAILURES,
  signal,
  interruptedExitCode: INTERRUPTED_EXIT_CODE,
  brokenExitCode: MISSED_EXIT_CODE,
});
