import type { TimedLook, TimedWrite } from './bounded-staleness.ts';

/**
 * Whether some order of the writes explains a look, by trying every one: the definition, and no idea of the checker's. Writes are
 * those of the look's key; six of them at most.
 */
export function isExplained(
  writes: readonly TimedWrite[],
  { shown, beganMs, endedMs }: TimedLook,
  withinMs: number,
): boolean {
  for (const chosen of subsets(writes))
    for (const order of permutations(chosen)) {
      const early = earliest(order);
      if (!early) continue;
      const late = latest(order);
      // The state before the first write, and after each of them: nothing in the beginning.
      for (let at = -1; at < order.length; at += 1) {
        if ((at < 0 ? undefined : order[at]?.leaves) !== shown) continue;
        const from = Math.max(at < 0 ? Number.NEGATIVE_INFINITY : (early[at] ?? 0), beganMs - withinMs);
        const before = late[at + 1] ?? Number.POSITIVE_INFINITY;
        if (from <= endedMs && from < before) return true;
      }
    }
  return false;
}

const endOf = ({ acknowledgedMs = Number.POSITIVE_INFINITY }: TimedWrite): number => acknowledgedMs;

/** The earliest times at which writes can take effect in this order; undefined when one would be too late. */
function earliest(order: readonly TimedWrite[]): number[] | undefined {
  const times: number[] = [];
  for (const write of order) {
    const time = Math.max(times.at(-1) ?? Number.NEGATIVE_INFINITY, write.beganMs);
    if (time > endOf(write)) return undefined;
    times.push(time);
  }
  return times;
}

/** The latest ones: each by its own answer, and by those after it. */
const latest = (order: readonly TimedWrite[]): number[] =>
  order.map((_, at) => Math.min(...order.slice(at).map(endOf)));

/** With and without each write that was not acknowledged. */
function subsets(writes: readonly TimedWrite[]): readonly (readonly TimedWrite[])[] {
  const [first, ...others] = writes;
  if (!first) return [[]];
  const rest = subsets(others);
  const taken = rest.map((each) => [first, ...each]);
  return first.acknowledgedMs === undefined ? [...taken, ...rest] : taken;
}

function permutations(writes: readonly TimedWrite[]): readonly (readonly TimedWrite[])[] {
  if (writes.length === 0) return [[]];
  return writes.flatMap((write, at) =>
    permutations(writes.toSpliced(at, 1)).map((others) => [write, ...others]),
  );
}
