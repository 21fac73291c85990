import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { INTERRUPTED_EXIT_CODE, interruption } from '../../../reference-worker/local/index.ts';
import { programOf, readFlags, runCommand, wholeNumber } from '../../../reports/command/index.ts';
import { ConformanceError } from '../../run/errors.ts';
import { type BenchmarkTask, CheckerMeasurement } from './benchmark-task.ts';

/** `npm run benchmark:history`: how many operations a second the guarantees of sessions are checked on. */

const PROCESS = join(import.meta.dirname, 'benchmark-process.ts');
const OPERATIONS_PER_SECOND_AT_LEAST = 500_000;
const BYTES_PER_OPERATION_AT_MOST = 70;
/** Of Node itself, and of the store that the history is drawn from. */
const BYTES_BESIDES = 300e6;
const MISSED_EXIT_CODE = 1;

const HELP = `Draws a history that breaks nothing, so that no checker stops early, and checks all five guarantees of sessions on it: read
your writes, monotonic reads, monotonic writes, writes follow reads, causal order. Times are the processor's: other
processes on the machine do not lengthen them.

Examples:
  npm run benchmark:history
  npm run benchmark:history -- --operations 1000000 --sessions 64 --keys 100

Exit codes: 0 every aim met, 1 an aim not met, 4 a usage error, 130 stopped by Ctrl-C.`;

const MOST = 1_000_000_000;
const Flags = z.strictObject({
  operations: wholeNumber(1_000, 100_000_000),
  sessions: wholeNumber(1, MOST),
  keys: wholeNumber(1, MOST),
  seed: wholeNumber(0, MOST),
});

function readTask(argv: readonly string[]): BenchmarkTask {
  const program = programOf({
    name: 'benchmark:history',
    does: 'Measures the history checkers beside a bare pass over the same columns.',
    help: HELP,
  })
    .option('--operations <count>', 'from 1,000 to 100,000,000', '10000000')
    .option('--sessions <count>', 'sessions at once', '1000')
    .option('--keys <count>', 'documents', '100000')
    .option('--seed <number>', 'of everything that is drawn', '1');
  return readFlags(program, argv, Flags);
}

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

const signal = interruption(new ConformanceError('interrupted', 'stopping; nothing was measured.'));
await runCommand(
  async () => {
    const task = readTask(process.argv.slice(2));
    return report(task, await measure(task, signal)) ? 0 : MISSED_EXIT_CODE;
  },
  { known: [ConformanceError], signal, interruptedExitCode: INTERRUPTED_EXIT_CODE },
);
