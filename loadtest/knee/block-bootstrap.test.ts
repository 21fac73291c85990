import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bootstrapMean } from './block-bootstrap.ts';

const values = fc.array(fc.nat({ max: 500 }), { minLength: 12, maxLength: 60 });
const stretches = fc.array(values, { minLength: 1, maxLength: 3 });
const width = ({ low, high }: { low: number; high: number }): number => high - low;

test('the interval holds the mean, and scales with the unit', () => {
  fc.assert(
    fc.property(stretches, fc.nat(), (seconds, seed) => {
      const mean = seconds.flat().reduce((sum, value) => sum + value, 0) / seconds.flat().length;

      const interval = bootstrapMean(seconds, seed);
      const inMilliseconds = bootstrapMean(
        seconds.map((stretch) => stretch.map((value) => value * 1000)),
        seed,
      );

      expect(interval.low).toBeLessThanOrEqual(mean + 1e-9);
      expect(interval.high).toBeGreaterThanOrEqual(mean - 1e-9);
      expect(inMilliseconds.low).toBeCloseTo(interval.low * 1000, 6);
      expect(inMilliseconds.high).toBeCloseTo(interval.high * 1000, 6);
    }),
    { numRuns: 20 },
  );
});

test('one seed, one interval', () => {
  const seconds = [Array.from({ length: 30 }, (_, second) => (second * 7919) % 101)];

  expect(bootstrapMean(seconds, 1)).toEqual(bootstrapMean(seconds, 1));
  expect(bootstrapMean(seconds, 1)).not.toEqual(bootstrapMean(seconds, 2));
});

test('values that move in waves give a wider interval than the same values in random order', () => {
  const wave = Array.from({ length: 48 }, (_, second) => (second % 16 < 8 ? 90 : 110));
  const mixed = wave.map((_, index) => wave[(index * 19) % 48] ?? 0);

  expect(width(bootstrapMean([wave], 1))).toBeGreaterThan(1.5 * width(bootstrapMean([mixed], 1)));
});

test('levels of different stretches do not widen it: each is resampled by itself', () => {
  const flat = (level: number) => Array<number>(20).fill(level);

  expect(width(bootstrapMean([flat(90), flat(110)], 1))).toBeCloseTo(0, 9);
});
