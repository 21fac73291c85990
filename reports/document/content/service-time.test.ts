import { expect, test } from 'vitest';
import { sampleResult } from '../../testing/sample-result.ts';
import { databaseTable, partTable } from './service-time.ts';

test('parts come largest first, D1 by who served it, and one that nobody knows keeps its name', () => {
  const [first, ...others] = sampleResult().serviceParts;
  const serviceParts = first ? [...others, { ...first, part: 'ai', shareOfTime: 0.001 }] : [];

  const { rows } = partTable({ ...sampleResult(), serviceParts });

  expect(rows.map(([name, share]) => `${name} ${share}`)).toEqual([
    'D1, WEUR replica 41 %',
    'D1, WEUR primary 21 %',
    'Rest of the Worker 9 %',
    'Account and shard lookup 4 %',
    'KV 3 %',
    'ai 0.1 %',
  ]);
});

test('databases come busiest first', () => {
  const { rows } = databaseTable(sampleResult());

  expect(rows.map(([database, instance, busy]) => `${database} ${instance} ${busy}`)).toEqual([
    'shard-1 primary 71.6 %',
    'shard-1 WEUR 48.3 %',
    'accounts primary 1.2 %',
  ]);
});
