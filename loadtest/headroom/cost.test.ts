import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bill } from '../../reports/schema/index.ts';
import { billOf, freePlanText, includedUsd, type MonthlyUse, noPricesOn, pricesOn } from './cost.ts';
import { NO_USE } from './no-use.testing.ts';

const CHARGES = Object.keys(NO_USE) as (keyof MonthlyUse)[]; // the keys are exactly these

const PEOPLE = 4_000;
function on(date: string) {
  const prices = pricesOn(date);
  if (!prices) throw new Error(`no prices on ${date}`);
  return prices;
}
const november = on('2026-11-30');
const december = on('2026-12-01');
const usdOf = (bill: Bill) => Object.fromEntries(bill.items.map(({ name, usd }) => [name, usd]));

/** Up to a hundred times what is included, in steps that floating-point numbers hold exactly. */
const anyUse = fc.record(
  Object.fromEntries(
    CHARGES.map((charge) => [
      charge,
      fc
        .integer({ min: 0, max: 1_000 })
        .map((tenths) => ((november.find((price) => price.charge === charge)?.included ?? 50) * tenths) / 8),
    ]),
  ),
) as fc.Arbitrary<MonthlyUse>;

describe('by hand', () => {
  test('the example that Cloudflare gives: 15 million requests of 7 ms cost $8.00 in an account of their own', () => {
    const use = { ...NO_USE, requests: 15e6, cpuMs: 7 * 15e6 };

    const bill = billOf('shared', use, november, PEOPLE);

    expect(usdOf(bill)).toEqual({ 'Worker requests': 4.5, 'Worker CPU': 2.1 });
    // 10 M requests and 30 M ms.
    expect(includedUsd(use, november)).toBeCloseTo(3 + 0.6, 9);
    // The minimum of an account of their own is 5.
    expect(5 + bill.totalUsd - includedUsd(use, november)).toBeCloseTo(8, 9);
  });

  test('everything that is charged for', () => {
    const use: MonthlyUse = {
      ...NO_USE,
      requests: 110e6,
      cpuMs: 530e6,
      rowsRead: 35e9,
      rowsWritten: 120e6,
      storageGb: 9,
      kvReads: 30e6,
      kvWrites: 3e6,
      kvDeletes: 2e6,
      kvLists: 1.5e6,
      r2ClassA: 2e6,
      r2ClassB: 50e6,
      logEvents: 119e6,
      logIngestedGb: 357,
      logStoredGb: 83.3,
    };

    const { items, totalUsd } = billOf('shared', use, november, PEOPLE);

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
      9, // 2 M requests at $4.50
      18, // 50 M requests at $0.36
      71.4, // 119 M events at $0.60
    ]);
    expect(totalUsd).toBeCloseTo(252.85 + 27 + 71.4, 9);
    // 3 + 0.6 + 25 + 50 + 3.75 + 5 + 5 + 5 + 5 + 4.5 + 3.6 + 12
    expect(includedUsd(use, november)).toBeCloseTo(102.35 + 8.1 + 12, 9);
  });
});

test('by hand: a query that looks at 1,010 rows to return 10, 119 million times a month, costs US$120 and not US$1.19', () => {
  const executions = 118.8e6;
  const bill = (rows: number) =>
    billOf('shared', { ...NO_USE, rowsRead: executions * rows }, november, PEOPLE);

  expect(bill(1_010).totalUsd).toBeCloseTo(119.99, 2);
  expect(bill(10).totalUsd).toBeCloseTo(1.19, 2);
});

describe('a run is billed by its own date', () => {
  const logs = { ...NO_USE, logEvents: 119e6, logIngestedGb: 357, logStoredGb: 83.3 };

  test('Workers Logs by the event until November 2026, and by the gigabyte from December', () => {
    expect(usdOf(billOf('shared', logs, november, PEOPLE))).toEqual({
      'Workers Logs, events': expect.closeTo(71.4, 9),
    });
    expect(usdOf(billOf('shared', logs, december, PEOPLE))).toEqual({
      'Workers Logs, ingested': expect.closeTo(357 * 0.25, 9),
      'Workers Logs, stored': expect.closeTo(8.33, 9),
    });
    // 20 M events; 50 GB and 12 GB.
    expect(includedUsd(logs, november)).toBeCloseTo(12, 9);
    expect(includedUsd(logs, december)).toBeCloseTo(12.5 + 1.2, 9);
  });

  test.each(['2026-10-01', '2027-06-01'])('on %s no prices are known, and why is said', (date) => {
    expect(pricesOn(date)).toBeUndefined();
    expect(noPricesOn(date)).toMatch(
      new RegExp(`${date}.*prices were read for \\d{4}-\\d\\d-\\d\\d to \\d{4}-\\d\\d-\\d\\d`),
    );
  });

  test('every price names its source', () => {
    for (const { source } of [...november, ...december])
      expect(source).toMatch(/developers\.cloudflare\.com/);
  });
});

describe('whatever is used', () => {
  test('a dedicated placement costs its database more, and all else the same: one basis', () => {
    fc.assert(
      fc.property(anyUse, (use) => {
        const shared = billOf('shared', use, december, PEOPLE);
        const dedicated = billOf('dedicated', use, december, PEOPLE);

        const { 'D1 databases': database, ...others } = usdOf(dedicated);
        const { 'D1 databases': before = 0, ...same } = usdOf(shared);
        expect((database ?? 0) - before).toBeCloseTo(0.1, 9);
        expect(others).toEqual(same);
        expect(dedicated.totalUsd - shared.totalUsd).toBeCloseTo(0.1, 6);
        expect([shared.people, dedicated.people]).toEqual([PEOPLE, PEOPLE]);
      }),
    );
  });

  test('a dedicated placement names the condition under which it costs so little more', () => {
    const { condition } = billOf('dedicated', { ...NO_USE, requests: 20e6 }, november, PEOPLE);

    // 10 M requests and the one database.
    expect(condition).toBe('in the same Cloudflare account (its own: US$5.00 more, US$3.10 included)');
    expect(billOf('shared', NO_USE, november, PEOPLE).condition).toBeUndefined();
  });

  test('the total is the sum of the items, and nobody is refunded', () => {
    fc.assert(
      fc.property(anyUse, (use) => {
        const { items, totalUsd } = billOf('shared', use, november, PEOPLE);

        for (const { usd } of items) expect(usd).toBeGreaterThanOrEqual(0);
        expect(totalUsd).toBeCloseTo(
          items.reduce((total, { usd }) => total + usd, 0),
          9,
        );
        expect(includedUsd(use, december)).toBeLessThanOrEqual(totalUsd + 1e-9);
      }),
    );
  });

  test.each(CHARGES)('%s is linear, and included up to its quantity', (charge) => {
    const dated = charge === 'logEvents' ? november : december;
    const price = dated.find((each) => each.charge === charge);
    if (!price) throw new Error(`${charge} has no price`);
    const { included, usd, per } = price;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (units) => {
        const use = { ...NO_USE, [charge]: units * per };

        expect(billOf('shared', use, dated, PEOPLE).totalUsd).toBeCloseTo(units * usd, 6);
        expect(includedUsd(use, dated)).toBeCloseTo((Math.min(units * per, included) / per) * usd, 6);
      }),
    );
  });
});

test('what is not used is not on the bill', () => {
  expect(billOf('shared', NO_USE, november, PEOPLE)).toEqual({
    ...{ placement: 'shared', items: [], totalUsd: 0, twiceUsd: 0, people: PEOPLE },
  });
});

test('what Workers Free does not carry is named, by the day', () => {
  expect(freePlanText({ ...NO_USE, requests: 2.1e6, rowsRead: 105e6 }, november, 21)).toBe(
    'Workers Free would carry it, as far as requests, rows and keys go.',
  );
  expect(freePlanText({ ...NO_USE, requests: 2.2e6, rowsRead: 210e6 }, november, 21)).toBe(
    'Workers Free would not carry it: Worker requests, 104,762 requests a day of 100,000, D1 rows read, 10,000,000 rows a day of 5,000,000.',
  );
});
