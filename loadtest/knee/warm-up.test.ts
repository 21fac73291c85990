import fc from 'fast-check';
import { expect, test } from 'vitest';
import { warmUpSeconds } from './warm-up.ts';

const steady = Array.from({ length: 60 }, (_, second) => 100 + (second % 2));
const noise = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 });

test('a steady series loses nothing', () => {
  expect(warmUpSeconds(steady)).toBe(0);
});

test('a ramp at the start is cut off, to the next batch of five', () => {
  const ramp = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98];

  expect(warmUpSeconds([...ramp, ...steady])).toBe(15);
});

test('never more than half is cut, however long the series rises', () => {
  const rising = Array.from({ length: 47 }, (_, second) => second);

  expect(warmUpSeconds(rising)).toBe(20);
});

test('under 20 values nothing can be told apart', () => {
  expect(warmUpSeconds([0, 0, 0, 0, 0, ...Array(14).fill(100)])).toBe(0);
});

test('the unit of the values does not matter', () => {
  fc.assert(
    fc.property(noise, fc.integer({ min: 1, max: 10 }), (values, exponent) => {
      expect(warmUpSeconds(values.map((value) => value * 2 ** exponent))).toBe(warmUpSeconds(values));
    }),
  );
});
