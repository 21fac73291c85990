import type { StatementsOfRun } from '../schema/index.ts';

const all = (mean: number) => ({ mean, low: mean, high: mean });

/** Two operations, one statement each. */
export const sampleStatements: StatementsOfRun = {
  uncounted: 3,
  operations: [
    {
      ...{ operation: 'search', requests: 400, rowsRead: all(14), rowsWritten: all(0) },
      ...{ kvReads: 0, kvWrites: 0, kvDeletes: 0, kvLists: 0 },
    },
    {
      ...{
        operation: 'edit',
        requests: 100,
        rowsRead: all(1),
        rowsWritten: { mean: 2.4, low: 2.1, high: 2.7 },
      },
      ...{ kvReads: 1, kvWrites: 0.5, kvDeletes: 0, kvLists: 0 },
    },
  ],
  statements: [
    {
      ...{
        database: 'shard',
        operation: 'search',
        sql: 'SELECT id FROM people WHERE surname = ?1 LIMIT 10',
        access: 'read',
      },
      ...{ executions: 400, counted: 32, rowsReturned: 4_000, rowsRead: all(11), rowsWritten: all(0) },
      ...{ shareOfCost: 0.018, primaryMs: 12 },
      plan: ['SEARCH people USING COVERING INDEX peopleBySurname (surname=?)'],
    },
    {
      ...{
        database: 'shard',
        operation: 'edit',
        sql: 'UPDATE people SET note = ?1 WHERE city = ?2',
        access: 'write',
      },
      ...{ executions: 100, counted: 16, rowsReturned: 0, rowsRead: all(500) },
      ...{ rowsWritten: { mean: 2.4, low: 2.1, high: 2.7 }, shareOfCost: 0.982, primaryMs: 90 },
      plan: ['SCAN people'],
      index: { sql: 'CREATE INDEX peopleByCity ON people (city)', rowsRead: 500, rowsReadWith: 1 },
    },
  ],
};
