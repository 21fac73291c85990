import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freshFolder } from '../test/fresh-folder.ts';
import { D1Database } from './d1-database.ts';

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;
const freshFile = () => join(freshFolder(), 'test.sqlite');

function openCounter(file = freshFile()): D1Database {
  const database = new D1Database(file, 'test');
  database.run([{ sql: 'CREATE TABLE IF NOT EXISTS counter (n INTEGER NOT NULL UNIQUE)' }]);
  return database;
}

describe('the bookmark', () => {
  test('rises with every committed change and with nothing else', () => {
    const requests = {
      read: [{ sql: 'SELECT n FROM counter' }],
      write: [{ sql: 'INSERT INTO counter SELECT coalesce(max(n), 0) + 1 FROM counter' }],
      miss: [{ sql: 'UPDATE counter SET n = 0 WHERE n < 0' }],
      failure: [{ sql: 'INSERT INTO counter VALUES (-1)' }, { sql: 'INSERT INTO counter VALUES (-1)' }],
    };
    const request = fc.constantFrom('read', 'write', 'miss', 'failure', 'restart' as const);
    fc.assert(
      fc.property(fc.array(request, { maxLength: 20 }), (steps) => {
        const file = freshFile();
        let database = openCounter(file);
        for (const step of steps) {
          const before = database.bookmark;
          if (step === 'restart') {
            database.close();
            database = openCounter(file);
          } else if (step === 'failure') expect(() => database.run(requests[step])).toThrow('UNIQUE');
          else database.run(requests[step]);
          const rises = step === 'write' || step === 'restart';
          expect(database.bookmark.localeCompare(before)).toBe(rises ? 1 : 0);
          expect(database.bookmark).toMatch(SHAPE);
        }
        database.close();
      }),
      { numRuns: 30 },
    );
  });

  test('rises with a change of the schema', () => {
    const database = openCounter();
    const before = database.bookmark;

    database.run([{ sql: 'CREATE TABLE other (a)' }]);

    expect(database.bookmark > before).toBe(true);
  });
});

describe('a prepared statement that is used again', () => {
  test('shows the columns that the table has by now', () => {
    const database = openCounter();
    database.run([{ sql: 'SELECT * FROM counter' }]);

    database.run([{ sql: 'ALTER TABLE counter ADD COLUMN label TEXT' }]);

    expect(database.run([{ sql: 'SELECT * FROM counter' }])[0]?.columns).toEqual(['n', 'label']);
  });

  test('defers foreign keys again in the next transaction', () => {
    const database = openCounter();
    database.run([{ sql: 'CREATE TABLE child (n INTEGER REFERENCES counter (n))' }]);
    const childFirst = (n: number) => [
      { sql: 'PRAGMA defer_foreign_keys = on' },
      { sql: 'INSERT INTO child VALUES (?)', params: [n] },
      { sql: 'INSERT INTO counter VALUES (?)', params: [n] },
    ];

    database.run(childFirst(1));
    database.run(childFirst(2));

    expect(() => database.run([{ sql: 'INSERT INTO child VALUES (3)' }])).toThrow('FOREIGN KEY');
  });
});

test('a foreign key that fails only at the commit leaves no trace and no open transaction', () => {
  const database = openCounter();
  database.run([{ sql: 'CREATE TABLE child (n INTEGER REFERENCES counter (n))' }]);

  const orphan = [{ sql: 'PRAGMA defer_foreign_keys = on' }, { sql: 'INSERT INTO child VALUES (7)' }];

  expect(() => database.run(orphan)).toThrow('FOREIGN KEY');
  expect(database.run([{ sql: 'SELECT * FROM child' }])[0]?.rows).toEqual([]);
});

test('what was rolled back is not counted as a change of the next request', () => {
  const database = openCounter();

  // OR FAIL keeps the rows before the failure, and only the rollback of the request removes them.
  expect(() => database.run([{ sql: 'INSERT OR FAIL INTO counter VALUES (1), (1)' }])).toThrow('UNIQUE');

  expect(database.run([{ sql: 'INSERT INTO counter VALUES (1)' }])[0]?.meta.changes).toBe(1);
});

test('an error after which SQLite has rolled back by itself leaves the database usable', () => {
  const database = openCounter();
  const insert = { sql: 'INSERT OR ROLLBACK INTO counter VALUES (1)' };

  expect(() => database.run([insert, insert])).toThrow('UNIQUE');

  expect(database.run([{ sql: 'SELECT * FROM counter' }])[0]?.rows).toEqual([]);
});

test('PRAGMA optimize gathers statistics and moves no bookmark', () => {
  const database = openCounter();
  database.run([
    {
      sql: 'WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 500) INSERT INTO counter SELECT n FROM i',
    },
  ]);
  database.run([{ sql: 'SELECT * FROM counter WHERE n = ?', params: [1] }]);
  const before = database.bookmark;

  database.run([{ sql: 'PRAGMA optimize(65538)' }]);

  expect(database.run([{ sql: 'SELECT count(*) FROM sqlite_stat1' }])[0]?.rows).toEqual([[1]]);
  expect(database.run([{ sql: 'DELETE FROM counter WHERE n = 1' }])[0]?.meta.changes).toBe(1);
  expect(database.bookmark.slice(9, 17)).toBe(
    (Number.parseInt(before.slice(9, 17), 16) + 1).toString(16).padStart(8, '0'),
  );
});
