import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { exitCodeOf, type Invocation, readOptions, wholeNumber } from '../../../reports/command/index.ts';
import { type BenchmarkTask, CheckerMeasurement } from './benchmark-task.ts';

const PROCESS = join(import.meta.dirname, 'benchmark-process.ts');
const OPERATIONS_PER_SECOND_AT_LEAST = 500_000;
const BYTES_PER_OPERATION_AT_MOST = 70;
/** Of Node itself, and of the store that the history is drawn from. */
const BYTES_BESIDES = 300e6;

const MOST = 1_000_000_000;
const Flags = z.strictObject({
  operations: wholeNumber(1_000, 100_000_000),
  sessions: wholeNumber(1, MOST),
  keys: wholeNumber(1, MOST),
  seed: wholeNumber(0, MOST),
});

/** A process of its own: nothing else has used its memory. */
async function measure(task: BenchmarkTask, signal: AbortSignal): Promise<CheckerMeasurement> {
  // Node runs TypeScript by itself; a loader would take memory of its own. A small heap is swept in time, and shows that
  // the history is not on it.
  const child = fork(PROCESS, [JSON.stringify(task)], { execArgv: ['--max-old-space-size=64'] });
  signal.addEventListener('abort', () => child.kill());
  let measurement: unknown;
  child.on('message', (message) => {
    measurement = message;
  });
  const [code] = await once(child, 'close');
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`the measuring process ended with ${code}`);
  return CheckerMeasurement.parse(measurement);
}

function report({ operations }: BenchmarkTask, measured: CheckerMeasurement): boolean {
  const { items, recordMs, checkMs, passMs, peakBytes, candidates, broken } = measured;
  const perSecond = (operations / checkMs) * 1_000;
  const peakAllowed = operations * BYTES_PER_OPERATION_AT_MOST + BYTES_BESIDES;
  const isFast = perSecond >= OPERATIONS_PER_SECOND_AT_LEAST;
  const isSmall = peakBytes <= peakAllowed;
  const number = (value: number): string => Math.round(value).toLocaleString('en-GB');
  console.log(`History   ${number(operations)} operations with ${number(items)} effects and observations
Recorded  in ${seconds(recordMs)}, the drawing included
Checked   in ${seconds(checkMs)}: ${number(perSecond)} operations/s (aim: at least ${number(OPERATIONS_PER_SECOND_AT_LEAST)}) ${isFast ? 'met' : 'NOT MET'}
Ceiling   a bare pass over the same columns takes ${seconds(passMs)}: the check takes ${number(checkMs / passMs)} times that
Memory    ${number(peakBytes / 1e6)} MB at its peak, the history included (aim: at most ${number(peakAllowed / 1e6)} MB) ${isSmall ? 'met' : 'NOT MET'}
Looked at ${number(candidates)} operations closely; broken: ${broken.join(', ') || 'nothing'}`);
  return isFast && isSmall && broken.length === 0;
}

const seconds = (ms: number): string => `${(ms / 1_000).toPrecision(3)} s`;

/** How many operations a second the guarantees of sessions are checked on. @returns the exit code */
export async function historyBenchmark({ given, signal }: Invocation): Promise<number> {
  const task = readOptions(Flags, given);
  return report(task, await measure(task, signal)) ? exitCodeOf.PASS : exitCodeOf.FAIL;
}
