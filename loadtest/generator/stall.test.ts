import { describe, expect, test } from 'vitest';
import { longestStallMs } from './stall.ts';
import type { SecondOfLoad } from './timeline.ts';

const START_SECOND = 1_000;
const phases = [
  { name: 'ramp', seconds: 2, share: 1, counts: false },
  { name: 'hold', seconds: 10, share: 1, counts: true },
];

/** One second in which so many requests started and ended; `answered` are the milliseconds of its first and last answer. */
function secondOf(
  second: number,
  due: number,
  requests: number,
  answered: readonly [number, number] | null,
): SecondOfLoad {
  const at = (ms: number): number => (START_SECOND + second) * 1000 + ms;
  return {
    ...{ second: START_SECOND + second, virtualUsers: 9, due, dropped: 0, requests, failures: 0 },
    answered: answered && { firstMs: at(answered[0]), lastMs: at(answered[1]) },
    latencies: '',
  };
}
const busy = (second: number): SecondOfLoad => secondOf(second, 9, 9, [10, 990]);
const stallIn = (seconds: readonly SecondOfLoad[]): number =>
  longestStallMs({ phases }, seconds, START_SECOND * 1000);
const run = (changed: Readonly<Record<number, SecondOfLoad>>, length = 12): SecondOfLoad[] =>
  Array.from({ length }, (_, second) => changed[second] ?? busy(second));

describe('the longest stall', () => {
  test('of a run that is answered all the time is nothing to speak of', () => {
    expect(stallIn(run({}))).toBeLessThanOrEqual(20);
  });

  test('is from the last answer to the next, when requests waited', () => {
    const frozen = run({
      5: secondOf(5, 9, 4, [10, 400]),
      6: secondOf(6, 4, 0, null),
      7: secondOf(7, 0, 9, [200, 900]),
    });

    expect(stallIn(frozen)).toBe(1_800);
  });

  test('goes to the end of what counts where nothing came any more, timeouts excepted', () => {
    const silent = run(
      Object.fromEntries(
        Array.from({ length: 34 }, (_, at) => [
          8 + at,
          secondOf(8 + at, at === 0 ? 9 : 0, at === 33 ? 9 : 0, null),
        ]),
      ),
      42,
    );

    expect(stallIn(silent)).toBe(4_010);
  });

  test('is none where nobody asked', () => {
    const quiet = Object.fromEntries([5, 6, 7, 8].map((at) => [at, secondOf(at, 0, 0, null)]));

    expect(stallIn(run(quiet))).toBeLessThanOrEqual(20);
  });

  test('is none for one request that takes long', () => {
    const lonely = {
      5: secondOf(5, 1, 0, null),
      6: secondOf(6, 0, 0, null),
      7: secondOf(7, 0, 0, null),
      8: secondOf(8, 0, 1, [500, 500]),
    };

    expect(stallIn(run(lonely))).toBeLessThanOrEqual(20);
  });

  test('does not count users who left while they waited, hours ago', () => {
    const left = {
      3: secondOf(3, 9, 2, [10, 990]),
      5: secondOf(5, 0, 0, null),
      6: secondOf(6, 0, 0, null),
      7: secondOf(7, 0, 0, null),
    };

    expect(stallIn(run(left))).toBeLessThanOrEqual(20);
  });

  test('before anything counts is none', () => {
    const cold = run({ 0: secondOf(0, 9, 0, null), 1: secondOf(1, 9, 18, [900, 990]) });

    expect(stallIn(cold)).toBeLessThanOrEqual(20);
  });

  test('of a run that never began is 0', () => {
    expect(longestStallMs({ phases }, [], undefined)).toBe(0);
  });
});
