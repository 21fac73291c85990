import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { exitCodeOf, fromCaller, type Invocation } from '../../../reports/command/index.ts';
import { describeAim, isMet, type PartResult } from './aim.ts';
import { largestDataSet, refuseUncopyable } from './data-set.ts';
import { measureIsolation } from './isolation.ts';
import { PARTS, type Part, type PartContext } from './part.ts';
import { measureReplicaMemory } from './replica-memory.ts';
import { measureStartUp } from './start-up.ts';
import { measureThroughput } from './throughput.ts';
import { measureVirtualTime } from './virtual-time.ts';
import { refuseWithoutWrk } from './wrk.ts';

/** `npm run internal -- benchmark:platform`: the aims of the local data plane, each measured beside its rival. */

/** On one disk with the data sets, where a copy may cost nothing. */
const WORK = '.shardproof';

/** @returns the exit code */
export async function platformBenchmark({ given, signal }: Invocation): Promise<number> {
  // Commander has checked both.
  const { only, file } = given as { only?: Part; file?: string };
  const parts = only ? [only] : PARTS;
  if (parts.includes('throughput') || parts.includes('isolation')) await refuseWithoutWrk();
  const dataSet = parts.includes('replica-memory') ? await findDataSet(file && fromCaller(file)) : '';
  const measure: Readonly<Record<Part, (context: PartContext) => Promise<PartResult>>> = {
    throughput: measureThroughput,
    'start-up': measureStartUp,
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
  return isAllMet ? exitCodeOf.PASS : exitCodeOf.FAIL;
}

async function findDataSet(file: string | undefined): Promise<string> {
  const dataSet = file ?? (await largestDataSet(join(WORK, 'seeds')));
  await refuseUncopyable(dataSet, '.');
  return dataSet;
}

/** Of what a part writes nothing is left, however it ends. */
async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  await mkdir(WORK, { recursive: true });
  const folder = await mkdtemp(join(resolve(WORK), 'platform-benchmark-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
