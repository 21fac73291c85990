import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chanceOf, draw } from '../../reference-worker/target/index.ts';
import { estimatesOf, meanOf, relativeHalfWidth, STATED, shareOf, widened } from './quantiles.ts';

const TRUTH = { min: 5, p50: 7, p95: 10, p99: 15 };

/** How often an interval holds the truth, over so many samples of that size. */
function coverage(holds: (seed: number) => boolean, runs = 400): number {
  return Array.from({ length: runs }, (_, seed) => holds(seed)).filter(Boolean).length / runs;
}

const drawn = (seed: number, count: number): number[] => {
  const chance = chanceOf(seed, 'quantiles');
  return Array.from({ length: count }, () => draw(TRUTH, chance));
};

describe('intervals hold the truth as often as they say', () => {
  test.each(STATED)('of %s', (name) => {
    const share = coverage((seed) => {
      const { low, high } = estimatesOf(drawn(seed, 800))[name];
      return low <= TRUTH[name] && TRUTH[name] <= high;
    });

    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(0.99);
  });

  test.each([0.05, 0.5, 0.99])('of a share of %d', (truth) => {
    const share = coverage((seed) => {
      const chance = chanceOf(seed, 'shares');
      const hits = Array.from({ length: 600 }, chance).filter((each) => each < truth).length;
      const { low, high } = shareOf(hits, 600);
      return low <= truth && truth <= high;
    });

    expect(share).toBeGreaterThanOrEqual(0.92);
  });

  test('of a mean', () => {
    const mean = estimatedMean(drawn(1, 400_000));

    const share = coverage((seed) => {
      const { low, high } = meanOf(drawn(seed + 10, 300));
      return low <= mean && mean <= high;
    });

    expect(share).toBeGreaterThanOrEqual(0.92);
  });
});

const estimatedMean = (samples: readonly number[]): number =>
  samples.reduce((sum, each) => sum + each, 0) / samples.length;

test('a sample too small for a percentile does not bound it', () => {
  expect(estimatesOf(drawn(1, 40)).p99.high).toBe(Number.POSITIVE_INFINITY);
  expect(relativeHalfWidth(estimatesOf(drawn(1, 40)).p99)).toBe(Number.POSITIVE_INFINITY);
});

test('a constant is certain', () => {
  const { min, p50 } = estimatesOf(Array(1_000).fill(8.5));

  expect([min, p50].map(({ value, low, high }) => [value, low, high])).toEqual(
    Array(2).fill([8.5, 8.5, 8.5]),
  );
  expect(relativeHalfWidth(min)).toBe(0);
});

test('an estimate lies within its interval, and an error of the instrument makes that wider only', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 }),
      (samples) => {
        for (const estimate of Object.values(estimatesOf(samples))) {
          const wide = widened(estimate, 3);
          expect(estimate.low).toBeLessThanOrEqual(estimate.value);
          expect(estimate.value).toBeLessThanOrEqual(estimate.high);
          expect(wide.low).toBeLessThanOrEqual(estimate.low);
          expect(wide.high).toBeGreaterThanOrEqual(estimate.high);
          expect(wide.low).toBeGreaterThanOrEqual(0);
        }
      },
    ),
  );
});
