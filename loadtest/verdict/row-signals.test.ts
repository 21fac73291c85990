import { expect, test } from 'vitest';
import type { StatementsOfRun } from '../../reports/schema/index.ts';
import { clean } from '../testing/clean-evidence.ts';
import { rowSignals } from './row-signals.ts';

const all = (mean: number) => ({ mean, low: mean, high: mean });
const noKv = { kvReads: 0, kvWrites: 0, kvDeletes: 0, kvLists: 0 };
const statements: StatementsOfRun = {
  uncounted: 0,
  operations: [
    { operation: 'open-client', requests: 100, rowsRead: all(1), rowsWritten: all(0), ...noKv },
    { operation: 'search-clients', requests: 100, rowsRead: all(871), rowsWritten: all(0), ...noKv },
  ],
  statements: [
    {
      ...{
        database: 'shard',
        operation: 'search-clients',
        sql: 'SELECT * FROM clients WHERE surname = ?1',
        access: 'read',
      },
      ...{
        executions: 100,
        counted: 32,
        rowsReturned: 1_000,
        rowsRead: all(871),
        rowsWritten: all(0),
        primaryMs: 5,
      },
      plan: ['SCAN clients'],
      index: { sql: 'CREATE INDEX clients_by_surname ON clients (surname)', rowsRead: 871, rowsReadWith: 11 },
    },
  ],
};
const signalsFor = (maxRowsPerOperation: number | undefined, run: StatementsOfRun | undefined = statements) =>
  rowSignals({ scenario: { ...clean.scenario, maxRowsPerOperation }, statements: run });

test('an operation that reads more rows than it may is named, with its statement and the index that would help', () => {
  const [signal] = signalsFor(100);

  expect(signal).toMatchObject({ observed: 871, bound: 100, comparison: 'at most', onBreach: 'FAIL' });
  expect(signal?.title).toContain('search-clients');
  expect(signal?.why).toContain(
    'SELECT * FROM clients WHERE surname = ?1 (SCAN clients), which reads 871 rows for 10',
  );
  expect(signal?.why).toContain(
    'With CREATE INDEX clients_by_surname ON clients (surname) it reads 11 instead of 871.',
  );
});

test('without a bound there is no signal, and without a count it is not measured', () => {
  expect(signalsFor(undefined)).toEqual([]);
  expect(
    rowSignals({ scenario: { ...clean.scenario, maxRowsPerOperation: 100 }, statements: undefined })[0]
      ?.observed,
  ).toBeNaN();
});
