import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulatePairs } from './blocks.testing.ts';
import { type Bounds, compareBlocks, type Pair, spreadOf } from './index.ts';

const itself = (value: number): number => value;
/** One comparison alone. */
const within = (smallestEffect: number, equivalence = 0.1): Bounds => ({
  ...{ smallestEffect, equivalence, comparisons: 1 },
});
const figures = fc.double({ min: 0.1, max: 1e4, noNaN: true });
const pairs: fc.Arbitrary<Pair<number>[]> = fc.array(fc.record({ baseline: figures, candidate: figures }), {
  minLength: 2,
  maxLength: 12,
});
/** Three pairs with ratios 1.1 / s, 1.1 and 1.1 s: by hand, the geometric mean is 1.1. */
const slower = (s: number): Pair<number>[] =>
  [1 / s, 1, s].map((factor, index) => ({ baseline: 10 + index, candidate: (10 + index) * 1.1 * factor }));

describe('compareBlocks', () => {
  test("is the geometric mean of the ratios, with Student's interval on their logarithms", () => {
    const { ratio, interval, pairs: count } = compareBlocks(slower(1.01), itself, within(0.03));

    // t[0.975, 2] = 4.302653; the standard deviation of the three logarithms is log(1.01).
    const halfWidth = (4.302_653 * Math.log(1.01)) / Math.sqrt(3);
    expect(ratio).toBeCloseTo(1.1, 9);
    expect(interval.low).toBeCloseTo(1.1 * Math.exp(-halfWidth), 6);
    expect(interval.high).toBeCloseTo(1.1 * Math.exp(halfWidth), 6);
    expect(count).toBe(3);
  });

  test('a change is named for the candidate', () => {
    const swapped = slower(1.01).map(({ baseline, candidate }) => ({
      baseline: candidate,
      candidate: baseline,
    }));

    expect(compareBlocks(slower(1.01), itself, within(0.03)).outcome).toBe('higher');
    expect(compareBlocks(swapped, itself, within(0.03)).outcome).toBe('lower');
  });

  test('an interval that holds 1 and reaches beyond the equivalence tells nothing apart', () => {
    const { interval, outcome } = compareBlocks(slower(1.2), itself, within(0.03));

    expect(interval.low).toBeLessThan(1);
    expect(outcome).toBe('not told apart');
  });

  test('no difference is an interval that lies within the equivalence', () => {
    const alike = [0.99, 1, 1.01, 1].map((candidate) => ({ baseline: 1, candidate }));

    expect(compareBlocks(alike, itself, within(0.03, 0.1)).outcome).toBe('no difference');
    expect(compareBlocks(alike, itself, within(0.03, 0.005)).outcome).toBe('not told apart');
  });

  test('that is one of many needs more evidence for either answer', () => {
    const one = compareBlocks(slower(1.02), itself, within(0.03));
    const ofMany = compareBlocks(slower(1.02), itself, { ...within(0.03), comparisons: 12 });

    expect([one.outcome, ofMany.outcome]).toEqual(['higher', 'not told apart']);
    expect(ofMany.ratio).toBe(one.ratio);
  });

  test('whatever was measured, no difference is shown by its whole interval, and a difference excludes 1', () => {
    fc.assert(
      fc.property(pairs, (measured) => {
        const { interval, outcome } = compareBlocks(measured, itself, within(0.03));
        const isWithin = interval.low >= 1 / 1.1 - 1e-9 && interval.high <= 1.1 + 1e-9;
        const holds1 = interval.low <= 1 && interval.high >= 1;

        if (outcome === 'no difference') expect(isWithin).toBe(true);
        if (outcome === 'higher' || outcome === 'lower') expect(holds1).toBe(false);
        if (outcome === 'not told apart') expect(isWithin).toBe(false);
      }),
    );
  });

  test('a change too small to act on is no difference, however certain', () => {
    expect(compareBlocks(slower(1.01), itself, within(0.15, 0.2)).outcome).toBe('no difference');
  });

  test('swapping the treatments inverts the ratio and its interval', () => {
    fc.assert(
      fc.property(pairs, (measured) => {
        const swapped = measured.map(({ baseline, candidate }) => ({
          baseline: candidate,
          candidate: baseline,
        }));

        const { ratio, interval } = compareBlocks(measured, itself, within(0.03));
        const inverse = compareBlocks(swapped, itself, within(0.03));

        expect(inverse.ratio * ratio).toBeCloseTo(1, 6);
        expect(Math.log(inverse.interval.low) + Math.log(interval.high)).toBeCloseTo(0, 6);
      }),
      { numRuns: 20 },
    );
  });

  test('neither the unit nor a speed that a pair shares matters', () => {
    const speeds = fc.array(figures, { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(pairs, speeds, (measured, factors) => {
        const other = measured.map(({ baseline, candidate }, index) => ({
          baseline: baseline * (factors[index] ?? 1),
          candidate: candidate * (factors[index] ?? 1),
        }));

        expect(
          compareBlocks(other, itself, within(0.03)).ratio /
            compareBlocks(measured, itself, within(0.03)).ratio,
        ).toBeCloseTo(1, 6);
      }),
      { numRuns: 20 },
    );
  });

  test('sees through latencies that wander and have a tail', () => {
    const measured = simulatePairs(10, 1.3, 1);

    expect(compareBlocks(measured, ({ p95Ms }) => p95Ms, within(0.03)).outcome).toBe('higher');
    expect(compareBlocks(measured, ({ requestsPerSecond }) => requestsPerSecond, within(0.03)).outcome).toBe(
      'lower',
    );
  });

  test.each([
    ['one pair', slower(1).slice(0, 1), 'too_few_pairs'],
    ['a block without answers', [...slower(1), { baseline: 0, candidate: 5 }], 'figure_missing'],
    ['no answers on either side', [...slower(1), { baseline: 0, candidate: 0 }], 'figure_missing'],
  ])('refuses %s', (_, measured, code) => {
    expect(() => compareBlocks(measured, itself, within(0.03))).toThrow(expect.objectContaining({ code }));
  });
});

test('spreadOf is the standard deviation of the logarithms', () => {
  expect(spreadOf(slower(1.05), itself)).toBeCloseTo(Math.log(1.05), 9);
});
