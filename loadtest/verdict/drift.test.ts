import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { driftOf, type Reading } from './drift.ts';

const HOUR_SECONDS = 3600;

/** An hour of readings, one in five seconds, that forget four fifths of their deviation between two. */
function soak(seed: number, perHour: number): Reading[] {
  const generator = xoroshiro128plus(seed);
  let deviation = 0;
  return Array.from({ length: HOUR_SECONDS / 5 }, (_, index) => {
    deviation = 0.2 * deviation + 10 * (uniformFloat64(generator) - 0.5);
    return { atSeconds: 5 * index, value: 100 + deviation + (perHour * index) / (HOUR_SECONDS / 5) };
  });
}

const series = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 12, maxLength: 100 });
const readingsOf = (values: readonly number[]): Reading[] =>
  values.map((value, index) => ({ atSeconds: 60 * index, value }));

describe('driftOf', () => {
  test('is exact on a straight line', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 20, max: 300 }), (slope, count) => {
        const line = Array.from({ length: count }, (_, index) => slope * index);

        const { perHour, significant } = driftOf(readingsOf(line));

        expect(perHour).toBeCloseTo(60 * slope, 6);
        expect(significant).toBe(slope !== 0);
      }),
    );
  });

  test('the unit scales the slope, and reversing time turns it round', () => {
    fc.assert(
      fc.property(series, (values) => {
        const drift = driftOf(readingsOf(values));

        const scaled = driftOf(readingsOf(values.map((value) => value * 1024)));
        const reversed = driftOf(
          values.toReversed().map((value, index) => ({ atSeconds: 60 * index, value })),
        );

        expect(scaled).toEqual({ perHour: drift.perHour * 1024, significant: drift.significant });
        if (values.length <= 60) {
          expect(reversed.perHour).toBeCloseTo(-drift.perHour, 6);
          expect(reversed.significant).toBe(drift.significant);
        }
      }),
    );
  });

  test('sees a p95 that grows by a twentieth in an hour, and how fast it grows', () => {
    const drift = driftOf(soak(1, 5));

    expect(drift.significant).toBe(true);
    expect(drift.perHour).toBeGreaterThan(3);
    expect(drift.perHour).toBeLessThan(7);
  });

  test('cries wolf on few steady series', () => {
    const alarms = Array.from({ length: 100 }, (_, seed) => driftOf(soak(seed, 0))).filter(
      ({ significant }) => significant,
    );

    expect(alarms.length).toBeLessThanOrEqual(5);
  });

  test('a few stalls do not make a drift, even when they come late', () => {
    const stalled = soak(1, 0).map((reading, index) =>
      index % 100 > 95 && index > 300 ? { ...reading, value: 100_000 } : reading,
    );

    expect(driftOf(stalled).significant).toBe(false);
    expect(Math.abs(driftOf(stalled).perHour)).toBeLessThan(3);
  });

  test('a step in a figure of few different values counts: ties take from the chance of the rest', () => {
    const megabytes = [...Array(36).fill(120), ...Array(4).fill(121)];

    expect(driftOf(readingsOf(megabytes)).significant).toBe(true);
  });

  test.each([
    ['no reading', []],
    ['one', [5]],
    ['nine that rise', [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['a flat line', Array(40).fill(7)],
  ])('%s is no significant drift', (_, values) => {
    const drift = driftOf(readingsOf(values));

    expect(drift.significant).toBe(false);
    expect(drift.perHour).not.toBeNaN();
  });
});
