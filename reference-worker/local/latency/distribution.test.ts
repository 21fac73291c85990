import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chanceOf } from './chance.ts';
import { Distribution, draw, isZero } from './distribution.ts';
import pessimistic from './pessimistic.json' with { type: 'json' };
import ukEu from './uk-eu.json' with { type: 'json' };

const LAG = { min: 100, p50: 800, p95: 3_400, p99: 6_100 };
const FLAT = { min: 5, p50: 5, p95: 5, p99: 5 };

const percentiles = fc
  .tuple(fc.nat(10_000), fc.nat(10_000), fc.nat(10_000), fc.nat(10_000))
  .map((values) => values.sort((a, b) => a - b))
  .map(([min = 0, p50 = 0, p95 = 0, p99 = 0]) => ({ min, p50, p95, p99 }));
const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('a draw', () => {
  test('meets every stated percentile', () => {
    fc.assert(
      fc.property(percentiles, (stated) => {
        const { min, p50, p95, p99 } = stated;

        const drawn = [0, 0.5, 0.95, 0.99].map((p) => draw(stated, () => p));

        for (const [index, value] of [min, p50, p95, p99].entries())
          expect(drawn[index]).toBeCloseTo(value, 6);
      }),
    );
  });

  test('grows with the chance, from the minimum on', () => {
    fc.assert(
      fc.property(percentiles, chances, chances, (stated, one, other) => {
        const low = draw(stated, () => Math.min(one, other));
        const high = draw(stated, () => Math.max(one, other));

        expect(low).toBeGreaterThanOrEqual(stated.min);
        expect(high).toBeGreaterThanOrEqual(low - 1e-6);
      }),
    );
  });

  test.each([LAG, ukEu.d1.replicaLagMs, ukEu.d1.readServiceMs, pessimistic.kv.propagationMs])(
    'gives a sample with those percentiles: %j',
    (stated) => {
      const chance = chanceOf(1, 'sample');

      const sample = Array.from({ length: 200_000 }, () => draw(stated, chance)).sort((a, b) => a - b);

      const at = (p: number): number => sample[Math.floor(p * sample.length)] ?? Number.NaN;
      for (const [p, value] of [
        [0.5, stated.p50] as const,
        [0.95, stated.p95] as const,
        [0.99, stated.p99] as const,
      ])
        expect(Math.abs(at(p) / value - 1)).toBeLessThan(0.02);
      expect(sample[0]).toBeGreaterThanOrEqual(stated.min);
    },
  );

  test('is exponential between the percentiles', () => {
    const half = draw({ min: 0, p50: 100, p95: 1_000, p99: 2_000 }, () => 0.25);

    expect(half).toBeCloseTo((100 * Math.log(4 / 3)) / Math.log(2), 6);
  });

  test('has no upper bound: each tenfold rarer value lies as far above the last', () => {
    const [thousandth = 0, tenThousandth = 0, billionth = 0] = [1e-3, 1e-4, 1e-9].map((rare) =>
      draw(LAG, () => 1 - rare),
    );
    const tenfoldMs = ((LAG.p99 - LAG.p95) * Math.log(10)) / Math.log(5);

    expect(thousandth - LAG.p99).toBeCloseTo(tenfoldMs, 3);
    expect(tenThousandth - thousandth).toBeCloseTo(tenfoldMs, 3);
    expect((billionth - tenThousandth) / 5).toBeCloseTo(tenfoldMs, 3);
  });

  test('of a constant is the constant, and takes nothing from chance', () => {
    const chance = () => {
      throw new Error('drawn');
    };

    expect(draw(7.5, chance)).toBe(7.5);
    expect(draw(0, chance)).toBe(0);
  });
});

describe('the schema', () => {
  test.each([0, 12.5, LAG, FLAT])('takes %j', (given) => {
    expect(Distribution.parse(given)).toEqual(given);
  });

  test.each(['min', 'p50', 'p95'] as const)('refuses percentiles that fall after %s', (name) => {
    const falling = { ...FLAT, [name]: 5.1 };

    expect(() => Distribution.parse(falling)).toThrow('percentiles must not fall: min <= p50 <= p95 <= p99');
  });

  test.each([
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '5',
    { ...LAG, min: -1 },
    { ...LAG, p999: 7_000 },
    { p50: 1 },
  ])('refuses %j', (given) => {
    expect(Distribution.safeParse(given).success).toBe(false);
  });
});

test.each([
  [0, true],
  [{ min: 0, p50: 0, p95: 0, p99: 0 }, true],
  [0.1, false],
  [{ min: 0, p50: 0, p95: 0, p99: 0.1 }, false],
])('isZero of %j is %s', (given, expected) => {
  expect(isZero(given)).toBe(expected);
});
