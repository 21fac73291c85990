import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomKey, unitsOf } from '../../fixtures/generator/random.ts';
import { estimateTotal, perEach } from './estimate.ts';

test('of executions that were all counted, or are all alike, is exact', () => {
  expect(estimateTotal([{ executions: 3, counts: [1, 5, 9] }])).toEqual({ mean: 15, low: 15, high: 15 });
  expect(estimateTotal([{ executions: 1_000, counts: [4, 4, 4] }])).toEqual({
    mean: 4_000,
    low: 4_000,
    high: 4_000,
  });
  expect(perEach({ mean: 8, low: 4, high: 12 }, 4)).toEqual({ mean: 2, low: 1, high: 3 });
});

test('of one count alone says how little is known', () => {
  const { mean, low, high } = estimateTotal([{ executions: 100, counts: [10] }]);

  expect([mean, low]).toEqual([1_000, 0]);
  expect(high).toBeGreaterThan(5_000);
});

test('holds the truth in about 95 of 100 samples, whatever the statements read', () => {
  const SAMPLE = 32;
  const TRIALS = 2_000;
  /** Rows of an execution: about alike, or mostly few and sometimes many. */
  const populations = [(unit: number) => Math.round(8 + 4 * unit), (unit: number) => (unit < 0.7 ? 2 : 21)];
  for (const [number, rowsAt] of populations.entries()) {
    const uniform = unitsOf(randomKey(number, 'rows'));
    const all = Array.from({ length: 5_000 }, () => rowsAt(uniform()));
    const truth = all.reduce((sum, rows) => sum + rows, 0);
    let held = 0;
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const counts = Array.from({ length: SAMPLE }, () => all[Math.floor(uniform() * all.length)] ?? 0);
      const { low, high } = estimateTotal([{ executions: all.length, counts }]);
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held / TRIALS).toBeGreaterThan(0.92);
    expect(held / TRIALS).toBeLessThan(0.98);
  }
});

test('of several instances is that of all, and between its ends', () => {
  const stratum = fc.record({
    executions: fc.integer({ min: 50, max: 10_000 }),
    counts: fc.array(fc.nat(1_000), { minLength: 2, maxLength: 32 }),
  });
  fc.assert(
    fc.property(fc.array(stratum, { minLength: 1, maxLength: 4 }), (strata) => {
      const { mean, low, high } = estimateTotal(strata);

      const alone = strata.map((each) => estimateTotal([each]).mean).reduce((sum, one) => sum + one, 0);
      expect(mean).toBeCloseTo(alone, 3);
      expect(low).toBeLessThanOrEqual(mean);
      expect(high).toBeGreaterThanOrEqual(mean);
    }),
  );
});
