import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bill } from '../../reports/schema/index.ts';
import { billOf, type MonthlyUse, prices } from './cost.ts';

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
  test('the example that Cloudflare gives: 15 million requests of 7 ms cost $8.00', () => {
    const bill = billOf('dedicated', { ...NOTHING, requests: 15e6, cpuMs: 7 * 15e6 });

    expect(usdOf(bill)).toEqual({
      'Workers Paid, minimum charge': 5,
      'Worker requests': 1.5,
      'Worker CPU': 1.5,
    });
    expect(bill.totalUsd).toBe(8);
  });

  test('everything that is charged for, beyond what is included', () => {
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

    const [shared, dedicated] = [billOf('shared', use), billOf('dedicated', use)];

    expect(dedicated.items.map(({ usd }) => Number(usd.toFixed(9)))).toEqual([
      5, // the minimum
      30, // 100 M requests at $0.30
      10, // 500 M ms at $0.02
      10, // 10,000 M rows at $0.001
      70, // 70 M rows at $1
      3, // 4 GB at $0.75
      10, // 20 M keys at $0.50
      10, // 2 M keys at $5
      5, // 1 M keys at $5
      2.5, // half a million lists at $5
      0.5, // 1 GB at $0.50
    ]);
    expect(dedicated.totalUsd).toBeCloseTo(156, 9);
    // 33 + 10.6 + 35 + 120 + 6.75 + 15 + 15 + 10 + 7.5 + 1
    expect(shared.totalUsd).toBeCloseTo(253.85, 9);
  });
});

describe('whatever is used', () => {
  test('no item is negative, and the total is their sum', () => {
    fc.assert(
      fc.property(anyUse, fc.constantFrom('shared' as const, 'dedicated' as const), (use, placement) => {
        const { items, totalUsd } = billOf(placement, use);

        for (const { usd } of items) expect(usd).toBeGreaterThanOrEqual(0);
        expect(totalUsd).toBeCloseTo(
          items.reduce((sum, { usd }) => sum + usd, 0),
          9,
        );
      }),
    );
  });

  test('a dedicated account pays at least the minimum, and for nothing else while it keeps within what is included', () => {
    fc.assert(
      fc.property(anyUse, (use) => {
        const within = Object.fromEntries(
          CHARGES.map((charge) => [charge, Math.min(use[charge], prices.items[charge].included)]),
        ) as MonthlyUse;

        expect(billOf('dedicated', use).totalUsd).toBeGreaterThanOrEqual(5);
        expect(billOf('dedicated', within).totalUsd).toBe(5);
      }),
    );
  });

  test.each(CHARGES)('%s is linear: shared from nothing on, dedicated beyond what is included', (charge) => {
    const { included, usd, per } = prices.items[charge];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (units) => {
        const more = units * per;
        const cost = (placement: Bill['placement'], quantity: number) =>
          billOf(placement, { ...NOTHING, [charge]: quantity }).totalUsd;

        expect(cost('shared', more)).toBeCloseTo(units * usd, 6);
        expect(cost('dedicated', included + more) - cost('dedicated', included)).toBeCloseTo(units * usd, 6);
      }),
    );
  });
});

test('what is not used is not on the bill', () => {
  expect(billOf('shared', NOTHING)).toEqual({ placement: 'shared', items: [], totalUsd: 0 });
});
