import { expect, test } from 'vitest';
import { sampleHeadroom } from '../testing/sample-headroom.ts';
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

test('the bills stand side by side, item by item, with the totals last', () => {
  const { columns, rows } = billTable(sampleHeadroom);

  expect(columns.map(([head]) => head)).toEqual([
    'Item',
    'Use, shared',
    'Price, shared',
    'Use, dedicated',
    'Price, dedicated',
  ]);
  expect(rows).toContainEqual(['Account floor', '–', '–', '1 month', 'US$5.00']);
  expect(rows.at(-1)).toEqual(['total', '', 'US$121.01', '', 'US$125.78']);
});
