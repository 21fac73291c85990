import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bill } from '../../reports/schema/index.ts';
import { billOf, includedUsd, type MonthlyUse, prices } from './cost.ts';

const NOTHING: MonthlyUse = {
  requests: 0,
  cpuMs: 0,
  rowsRead: 0,
  rowsWritten: 0,
  storageGb: 0,
  kvReads: 0,
  kvWrites: 0,
  kvDeletes: 0,
  kvLists: 0,
  kvStorageGb: 0,
};
const CHARGES = Object.keys(NOTHING) as (keyof MonthlyUse)[]; // the keys are exactly these

const usdOf = (bill: Bill) => Object.fromEntries(bill.items.map(({ name, usd }) => [name, usd]));

/** Up to a hundred times what is included, in steps that floating-point numbers hold exactly. */
const anyUse = fc.record(
  Object.fromEntries(
    CHARGES.map((charge) => [
      charge,
      fc.integer({ min: 0, max: 1_000 }).map((tenths) => (prices.items[charge].included * tenths) / 8),
    ]),
  ),
) as fc.Arbitrary<MonthlyUse>;

describe('by hand', () => {
  test('the example that Cloudflare gives: 15 million requests of 7 ms cost $8.00 in an account of their own', () => {
    const use = { ...NOTHING, requests: 15e6, cpuMs: 7 * 15e6 };

    const bill = billOf('dedicated', use);

    expect(usdOf(bill)).toEqual({
      'Workers Paid, minimum charge': 5,
      'Worker requests': 4.5,
      'Worker CPU': 2.1,
    });
    // 10 M requests and 30 M ms.
    expect(includedUsd(use)).toBeCloseTo(3 + 0.6, 9);
    expect(bill.totalUsd - includedUsd(use)).toBeCloseTo(8, 9);
  });

  test('everything that is charged for', () => {
    const use: MonthlyUse = {
      requests: 110e6,
      cpuMs: 530e6,
      rowsRead: 35e9,
      rowsWritten: 120e6,
      storageGb: 9,
      kvReads: 30e6,
      kvWrites: 3e6,
      kvDeletes: 2e6,
      kvLists: 1.5e6,
      kvStorageGb: 2,
    };

    const { items, totalUsd } = billOf('shared', use);

    expect(items.map(({ usd }) => Number(usd.toFixed(9)))).toEqual([
      33, // 110 M requests at $0.30
      10.6, // 530 M ms at $0.02
      35, // 35,000 M rows at $0.001
      120, // 120 M rows at $1
      6.75, // 9 GB at $0.75
      15, // 30 M keys at $0.50
      15, // 3 M keys at $5
      10, // 2 M keys at $5
      7.5, // one and a half million lists at $5
      1, // 2 GB at $0.50
    ]);
    expect(totalUsd).toBeCloseTo(253.85, 9);
    // 3 + 0.6 + 25 + 50 + 3.75 + 5 + 5 + 5 + 5 + 0.5
    expect(includedUsd(use)).toBeCloseTo(102.85, 9);
  });
});

describe('whatever is used', () => {
  test('a dedicated placement costs the floor of its deployment more, and all else the same', () => {
    fc.assert(
      fc.property(anyUse, (use) => {
        const [shared, dedicated] = [billOf('shared', use), billOf('dedicated', use)];

        expect(dedicated.items.slice(1)).toEqual(shared.items);
        expect(dedicated.totalUsd - shared.totalUsd).toBeCloseTo(prices.minimum.usd, 9);
      }),
    );
  });

  test('the total is the sum of the items, and nobody is refunded', () => {
    fc.assert(
      fc.property(anyUse, (use) => {
        const { items, totalUsd } = billOf('shared', use);

        for (const { usd } of items) expect(usd).toBeGreaterThanOrEqual(0);
        expect(totalUsd).toBeCloseTo(
          items.reduce((total, { usd }) => total + usd, 0),
          9,
        );
        expect(includedUsd(use)).toBeLessThanOrEqual(totalUsd + 1e-9);
      }),
    );
  });

  test.each(CHARGES)('%s is linear, and included up to its quantity', (charge) => {
    const { included, usd, per } = prices.items[charge];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (units) => {
        const use = { ...NOTHING, [charge]: units * per };

        expect(billOf('shared', use).totalUsd).toBeCloseTo(units * usd, 6);
        expect(includedUsd(use)).toBeCloseTo((Math.min(units * per, included) / per) * usd, 6);
      }),
    );
  });
});

test('what is not used is not on the bill', () => {
  expect(billOf('shared', NOTHING)).toEqual({ placement: 'shared', items: [], totalUsd: 0 });
});
