import { z } from 'zod';
import { randomKey, unitsOf } from '../../../fixtures/generator/index.ts';
import { exitCodeOf, type Invocation, readOptions, wholeNumber } from '../../../reports/command/index.ts';
import { staleLooks, type TimedLook, type TimedWrite } from '../staleness/index.ts';

const OPERATIONS_PER_SECOND_AT_LEAST = 1_000_000;
const WITHIN_MS = 60_000;
/** One in ten writes, each millisecond something happens. */
const WRITE_SHARE = 0.1;

const Flags = z.strictObject({
  operations: wholeNumber(1_000, 20_000_000),
  keys: wholeNumber(1, 10_000_000),
  seed: wholeNumber(),
});
type Flags = z.infer<typeof Flags>;

/** How many operations a second bounded staleness is checked on. @returns the exit code */
export async function stalenessBenchmark({ given }: Invocation): Promise<number> {
  const task = readOptions(Flags, given);
  const { writes, looks } = boundedHistory(task);
  // Once before, on a part: what is measured is the checker, and not its translation.
  staleLooks(writes.slice(0, 10_000), [], WITHIN_MS);
  const before = process.cpuUsage();
  const stale = staleLooks(writes, looks, WITHIN_MS);
  const { user, system } = process.cpuUsage(before);
  const checkMs = (user + system) / 1_000;
  const perSecond = (task.operations / checkMs) * 1_000;
  const isFast = perSecond >= OPERATIONS_PER_SECOND_AT_LEAST;
  const number = (value: number): string => Math.round(value).toLocaleString('en-GB');
  console.log(`History   ${number(writes.length)} writes and ${number(looks.length)} looks of ${number(task.keys)} keys
Checked   in ${(checkMs / 1_000).toPrecision(3)} s: ${number(perSecond)} operations/s (aim: at least ${number(OPERATIONS_PER_SECOND_AT_LEAST)}) ${isFast ? 'met' : 'NOT MET'}
Stale     ${stale.length === 0 ? 'nothing, as drawn' : `${number(stale.length)} looks: the history was to break nothing`}`);
  return isFast && stale.length === 0 ? exitCodeOf.PASS : exitCodeOf.FAIL;
}

/** Looks that are as old as they may be, and no older, so that every one has to be decided. */
function boundedHistory({ operations, keys, seed }: Flags) {
  const uniform = unitsOf(randomKey(seed, 'staleness-benchmark'));
  const states = new Map<string, { readonly fromMs: number; readonly leaves: string }[]>();
  const names = Array.from({ length: keys }, (_, at) => `key-${at}`);
  const writes: TimedWrite[] = [];
  const looks: TimedLook[] = [];
  for (let atMs = 1; atMs <= operations; atMs += 1) {
    const key = names[Math.floor(uniform() * keys)] ?? '';
    const known = states.get(key) ?? [];
    states.set(key, known);
    if (uniform() < WRITE_SHARE) {
      const leaves = `${key}@${atMs}`;
      known.push({ fromMs: atMs, leaves });
      writes.push({ key, leaves, beganMs: atMs - 0.5, acknowledgedMs: atMs });
    } else {
      const ageMs = uniform() * WITHIN_MS;
      const shown = known.findLast(({ fromMs }) => fromMs <= atMs - ageMs)?.leaves;
      looks.push({ key, shown, beganMs: atMs, endedMs: atMs + 0.5 });
    }
  }
  return { writes, looks };
}
