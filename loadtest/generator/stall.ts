import type { Scenario } from '../scenarios/index.ts';
import { countingStretches } from './asked-load.ts';
import type { SecondOfLoad } from './timeline.ts';

/** One request that waits, or two, say nothing of the rest: there may have been no other. */
const WAITING_MIN = 3;

/**
 * The longest time within the phases that count in which requests waited and not one was answered as it should be.
 *
 * @param seconds without a gap, in order
 * @param startedAtMs of the load, milliseconds since the epoch
 * @returns milliseconds; 0 when the load never began
 */
export function longestStallMs(
  { phases }: Pick<Scenario, 'phases'>,
  seconds: readonly SecondOfLoad[],
  startedAtMs: number | undefined,
): number {
  if (startedAtMs === undefined) return 0;
  const waiting = waitingAtEnds(seconds);
  let longest = 0;
  for (const { fromSeconds, toSeconds } of countingStretches(phases)) {
    const endMs = startedAtMs + toSeconds * 1000;
    let lastMs = startedAtMs + fromSeconds * 1000;
    // The most that waited at the end of a second since the last answer.
    let most = 0;
    for (const [at, { second, answered }] of seconds.entries()) {
      const { firstMs, lastMs: nextMs } = answered ?? { firstMs: endMs, lastMs };
      if (answered && nextMs < lastMs) continue;
      if (second * 1000 >= endMs) break;
      if (answered) {
        if (most >= WAITING_MIN) longest = Math.max(longest, Math.min(firstMs, endMs) - lastMs);
        lastMs = Math.max(lastMs, nextMs);
        most = 0;
      }
      if ((second + 1) * 1000 > lastMs) most = Math.max(most, waiting[at] ?? 0);
    }
    if (most >= WAITING_MIN) longest = Math.max(longest, endMs - lastMs);
  }
  return longest;
}

/**
 * How many requests were under way at the end of each second. Those that never ended are none of them: users who had to
 * leave gave them up (k6 takes no sample of that), and they would seem to wait for ever after.
 */
function waitingAtEnds(seconds: readonly SecondOfLoad[]): number[] {
  let underWay = 0;
  const open = seconds.map(({ due, dropped, requests }) => {
    underWay += due - dropped - requests;
    return underWay;
  });
  let givenUp = Number.POSITIVE_INFINITY;
  return open
    .toReversed()
    .map((count) => {
      givenUp = Math.min(givenUp, count);
      return count - givenUp;
    })
    .toReversed();
}
