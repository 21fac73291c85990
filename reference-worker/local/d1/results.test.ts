import { expect, test } from 'vitest';
import type { Execution } from './connection.ts';
import { resultsOf } from './results.ts';

const execution: Execution = {
  columns: ['n'],
  rows: [[1]],
  kind: 'read',
  changes: 0,
  schemaChanged: false,
  lastRowId: 0,
  sizeBytes: 4_096,
  durationMs: 3,
};

test.each([
  ['the model where the SQL was quicker', 10, 5],
  ['the SQL where it took longer than the model', 4, 3],
])('the duration of a query is that of %s', (_, serviceMs, expectedMs) => {
  const served = {
    instance: { region: 'WEUR', colo: 'AMS' },
    isPrimary: true,
    serviceMs,
    attempts: 1,
  } as const;

  const metas = resultsOf([execution, execution], served).map(({ meta }) => meta);

  expect(metas.map(({ timings }) => timings.sql_duration_ms)).toEqual([expectedMs, expectedMs]);
  expect(metas[0]?.duration).toBe(expectedMs);
  // Nobody here counts the rows that were scanned.
  for (const name of ['rows_read', 'rows_written']) expect(metas[0]).not.toHaveProperty(name);
});
