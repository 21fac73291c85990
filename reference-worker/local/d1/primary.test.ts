import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import { freshFolder } from '../testing/fresh-folder.ts';
import { planRequest } from './plan-queries.ts';
import { Primary } from './primary.ts';
import type { Query } from './protocol.ts';

const GIGABYTE = 1_000_000_000;

function openCounter(limitBytes = GIGABYTE, file = join(freshFolder(), 'test.sqlite')) {
  const primary = new Primary({ file, clock: new VirtualClock(), limitBytes });
  const run = (queries: readonly Query[], beforeCommit?: () => void) =>
    primary.run(planRequest(queries).queries, beforeCommit);
  const rowsOf = (sql: string) => run([{ sql }]).executions[0]?.rows;
  run([{ sql: 'CREATE TABLE IF NOT EXISTS counter (n INTEGER NOT NULL UNIQUE)' }]);
  return { primary, run, rowsOf };
}

test('tells what has changed: rows, the schema, or nothing', () => {
  const { run } = openCounter();

  const flags = [
    'SELECT 1',
    'INSERT INTO counter VALUES (1)',
    'DELETE FROM counter WHERE n = 2',
    'CREATE TABLE o (a)',
    'CREATE TABLE IF NOT EXISTS o (a)',
    'DROP VIEW IF EXISTS v',
    'REINDEX',
    'CREATE VIEW v AS SELECT 1',
  ].map((sql) => {
    const { changed, schemaChanged } = run([{ sql }]);
    return [changed, schemaChanged];
  });

  expect(flags).toEqual([
    [false, false],
    [true, false],
    [false, false],
    [true, true],
    [false, false],
    [false, false],
    [false, false],
    [true, true],
  ]);
});

test('what the hook throws before the commit rolls everything back', () => {
  const { run, rowsOf } = openCounter();
  const hook = () => {
    throw new Error('reset');
  };

  expect(() => run([{ sql: 'INSERT INTO counter VALUES (1)' }], hook)).toThrow('reset');

  expect(rowsOf('SELECT * FROM counter')).toEqual([]);
  expect(run([{ sql: 'INSERT INTO counter VALUES (2)' }]).executions[0]?.changes).toBe(1);
});

test('counts how often the file has been opened', () => {
  const file = join(freshFolder(), 'test.sqlite');
  const opened = [1, 2, 3].map(() => {
    const { primary } = openCounter(GIGABYTE, file);
    primary.close();
    return primary.opened;
  });

  expect(opened).toEqual([1, 2, 3]);
});

test("a database at its limit refuses in D1's words, keeps what it has, and can shrink", () => {
  const { run, rowsOf } = openCounter(100_000);
  run([{ sql: 'CREATE TABLE blob (b BLOB)' }]);
  run([{ sql: 'INSERT INTO blob VALUES (zeroblob(50000))' }]);

  expect(() => run([{ sql: 'INSERT INTO blob VALUES (zeroblob(50000))' }])).toThrow(
    'Exceeded maximum DB size.',
  );

  expect(rowsOf('SELECT length(b) FROM blob')).toEqual([[50_000]]);
  run([{ sql: 'DELETE FROM blob' }]);
  run([{ sql: 'INSERT INTO blob VALUES (zeroblob(50000))' }]);
});

describe('a prepared statement that is used again', () => {
  test('shows the columns that the table has by now', () => {
    const { run } = openCounter();
    run([{ sql: 'SELECT * FROM counter' }]);

    run([{ sql: 'ALTER TABLE counter ADD COLUMN label TEXT' }]);

    expect(run([{ sql: 'SELECT * FROM counter' }]).executions[0]?.columns).toEqual(['n', 'label']);
  });

  test('defers foreign keys again in the next transaction', () => {
    const { run } = openCounter();
    run([{ sql: 'CREATE TABLE child (n INTEGER REFERENCES counter (n))' }]);
    const childFirst = (n: number) => [
      { sql: 'PRAGMA defer_foreign_keys = on' },
      { sql: 'INSERT INTO child VALUES (?)', params: [n] },
      { sql: 'INSERT INTO counter VALUES (?)', params: [n] },
    ];

    run(childFirst(1));
    run(childFirst(2));

    expect(() => run([{ sql: 'INSERT INTO child VALUES (3)' }])).toThrow('FOREIGN KEY');
  });
});

test('a foreign key that fails only at the commit leaves no trace and no open transaction', () => {
  const { run, rowsOf } = openCounter();
  run([{ sql: 'CREATE TABLE child (n INTEGER REFERENCES counter (n))' }]);

  const orphan = [{ sql: 'PRAGMA defer_foreign_keys = on' }, { sql: 'INSERT INTO child VALUES (7)' }];

  expect(() => run(orphan)).toThrow('FOREIGN KEY');
  expect(rowsOf('SELECT * FROM child')).toEqual([]);
});

test('what was rolled back is not counted as a change of the next request', () => {
  const { run } = openCounter();

  // OR FAIL keeps the rows before the failure, and only the rollback of the request removes them.
  expect(() => run([{ sql: 'INSERT OR FAIL INTO counter VALUES (1), (1)' }])).toThrow('UNIQUE');

  expect(run([{ sql: 'INSERT INTO counter VALUES (1)' }]).executions[0]?.changes).toBe(1);
});

test('an error after which SQLite has rolled back by itself leaves the database usable', () => {
  const { run, rowsOf } = openCounter();
  const insert = { sql: 'INSERT OR ROLLBACK INTO counter VALUES (1)' };

  expect(() => run([insert, insert])).toThrow('UNIQUE');

  expect(rowsOf('SELECT * FROM counter')).toEqual([]);
});

test('PRAGMA optimize changes the database where it creates the table of its statistics', () => {
  const { run, rowsOf } = openCounter();
  const numbers = 'WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 500)';
  run([{ sql: `${numbers} INSERT INTO counter SELECT n FROM i` }]);
  run([{ sql: 'SELECT * FROM counter WHERE n = ?', params: [1] }]);

  const optimized = run([{ sql: 'PRAGMA optimize(65538)' }]);

  expect(optimized).toMatchObject({ changed: true, schemaChanged: true });
  expect(run([{ sql: 'PRAGMA optimize' }])).toMatchObject({ changed: false });
  expect(rowsOf('SELECT count(*) FROM sqlite_stat1')).toEqual([[1]]);
  expect(run([{ sql: 'DELETE FROM counter WHERE n = 1' }]).executions[0]?.changes).toBe(1);
});

test('the changes that full-text search makes at a commit are not those of the next request', () => {
  const { run } = openCounter();
  const changes = (sql: string) => run([{ sql }]).executions[0]?.changes;
  run([{ sql: 'CREATE VIRTUAL TABLE docs USING fts5(t)' }]);
  run([{ sql: "INSERT INTO docs VALUES ('one')" }]);

  expect(changes("INSERT INTO docs VALUES ('two')")).toBe(3);
  expect(run([{ sql: 'INSERT INTO counter VALUES (1)' }]).executions[0]?.changes).toBe(1);
});

test.each(['', 'EXPLAIN '])(
  'a switch that %sPRAGMA moves is back after the transaction, whatever became of it',
  (explain) => {
    const { run, rowsOf } = openCounter();
    const isCaseSensitive = { sql: "SELECT 'a' LIKE 'A'" };
    const on = { sql: `${explain}PRAGMA case_sensitive_like = on` };

    const during = run([on, isCaseSensitive]).executions[1]?.rows;
    const after = rowsOf(isCaseSensitive.sql);
    const again = run([on, isCaseSensitive]).executions[1]?.rows;
    expect(() => run([on, { sql: 'SELECT * FROM nope' }])).toThrow('nope');

    expect([during, after, again, rowsOf(isCaseSensitive.sql)]).toEqual([[[0]], [[1]], [[0]], [[1]]]);
  },
);

test('D1 keeps its reserved tables in a database, also in one that was made elsewhere', () => {
  const file = join(freshFolder(), 'test.sqlite');
  const made = new DatabaseSync(file);
  made.exec('CREATE TABLE own (a); INSERT INTO own VALUES (1)');
  made.close();

  const { rowsOf } = openCounter(GIGABYTE, file);

  expect(
    rowsOf("SELECT name FROM sqlite_schema WHERE name LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY name"),
  ).toEqual([['_cf_KV'], ['_cf_METADATA']]);
  expect(rowsOf('SELECT * FROM own')).toEqual([[1]]);
});
