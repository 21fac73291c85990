import { expect, test } from 'vitest';
import { sampleHeadroom } from '../../testing/sample-headroom.ts';
import { billTable, headroomStatements } from './headroom.ts';

const [shard] = sampleHeadroom.storage;

test.each([
  [14.62, 'full in 14.6 months'],
  [0, 'is full'],
  [1200, 'full in more than ten years'],
  [null, 'does not grow'],
])('a shard with %s months left: %s', (monthsLeft, expected) => {
  const storage = shard ? [{ ...shard, monthsLeft }] : [];

  const [statement] = headroomStatements({ ...sampleHeadroom, storage });

  expect(statement).toContain('shard-1 holds 5.31 GB of 10 GB');
  expect(statement).toContain(expected);
});

test('what a month costs names its people and its condition, and the two growths have words of their own', () => {
  expect(headroomStatements(sampleHeadroom)).toEqual([
    'shard-1 holds 5.31 GB of 10 GB, full in 14.6 months if it grows as it has',
    'in 2.17 months if 4,012 people at work write as in this run',
    'a month of 4,012 people at work at list price: US$121.01 shared, US$121.11 dedicated',
    'dedicated: in the same Cloudflare account (its own: US$5.00 more, US$12.30 included)',
  ]);
});

test('totals are told in another currency too, with its rate, day and source', () => {
  const rate = { currency: 'GBP', perUsd: 0.76, date: '2026-11-27', source: 'Bank of England' };

  expect(headroomStatements({ ...sampleHeadroom, rate })).toContain(
    'that is £91.97 shared, £92.04 dedicated, at 0.76 GBP a dollar of 2026-11-27 (Bank of England)',
  );
});

test('the bills stand side by side, item by item, with the totals last', () => {
  const { columns, rows } = billTable(sampleHeadroom);

  expect(columns.map(([head]) => head)).toEqual([
    'Item',
    'Use, shared',
    'Price, shared',
    'Use, dedicated',
    'Price, dedicated',
  ]);
  expect(rows).toContainEqual(['D1 databases', '–', '–', '1 databases', 'US$0.10']);
  expect(rows.at(-1)).toEqual(['total', '', 'US$121.01', '', 'US$121.11']);
});

test('each item stands with its list price, and the total at twice the load below', () => {
  const [shared] = sampleHeadroom.bills;
  const item = { name: 'D1 rows read', quantity: 6e9, unit: 'rows', price: { usd: 0.001, per: 1e6 }, usd: 6 };
  const bills = shared ? [{ ...shared, items: [item], totalUsd: 6, twiceUsd: 12 }] : [];

  const { columns, rows } = billTable({ bills });

  expect(columns.map(([head]) => head)).toEqual(['Item', 'List price', 'Use, shared', 'Price, shared']);
  expect(rows).toEqual([
    ['D1 rows read', 'US$0.001 per 1,000,000 rows', '6,000,000,000 rows', 'US$6.00'],
    ['total', '', '', 'US$6.00'],
    ['total at twice the load', '', '', 'US$12.00'],
  ]);
});
