import { beforeAll, describe, expect, test } from 'vitest';
import type { D1Call, Outcome } from './probe.ts';

/** What a Worker may expect of D1, whoever provides it. */
export function describeD1(d1: (...calls: D1Call[]) => Promise<readonly Outcome[]>): void {
  describe('D1', () => {
    beforeAll(async () => {
      await d1({
        method: 'exec',
        sql:
          'CREATE TABLE doc (a INTEGER, b TEXT CHECK (length(b) < 9), c BLOB, PRIMARY KEY (a, b)); CREATE TABLE parent (p INTEGER PRIMARY KEY)\n' +
          'CREATE TABLE child (n TEXT NOT NULL, p INTEGER UNIQUE REFERENCES parent (p))',
      });
    });

    test('all, raw and first return rows, numbers, text and blobs', async () => {
      const sql = 'SELECT a, b, c, 1 AS a FROM doc WHERE a = ?';
      const insert = { sql: 'INSERT INTO doc VALUES (?, ?, ?)', params: [1, 'é😀', { bytes: [0, 255] }] };

      const [written, all, raw, first] = await d1(
        { method: 'run', ...insert },
        { method: 'all', sql, params: [1] },
        { method: 'raw', sql, params: [1] },
        { method: 'first', sql, params: [1] },
      );

      const row = { a: 1, b: 'é😀', c: [0, 255] };
      expect(written).toMatchObject({
        value: { success: true, results: [], meta: { changes: 1, last_row_id: 1, changed_db: true } },
      });
      expect(all).toMatchObject({
        value: { success: true, results: [row], meta: { changes: 0, changed_db: false } },
      });
      expect(raw).toEqual({
        value: [
          ['a', 'b', 'c', 'a'],
          [1, 'é😀', [0, 255], 1],
        ],
      });
      expect(first).toEqual({ value: row });
    });

    test('RETURNING rows come with the changes, and a conditional update that misses has none', async () => {
      const [inserted, missed] = await d1(
        { method: 'all', sql: "INSERT INTO doc VALUES (2, 'x', NULL), (3, 'y', NULL) RETURNING a" },
        { method: 'run', sql: "UPDATE doc SET b = 'z' WHERE a = 99" },
      );

      expect(inserted).toMatchObject({ value: { results: [{ a: 2 }, { a: 3 }], meta: { changes: 2 } } });
      expect(missed).toMatchObject({ value: { meta: { changes: 0, changed_db: false } } });
    });

    test('numbers beyond 2^53 are rounded, parameters are reals, JSON functions work', async () => {
      const sql =
        'SELECT 9007199254740993 AS big, typeof(?1) AS type, json_extract(?2, \'$.k\') AS k, "text" AS t';

      const [outcome] = await d1({ method: 'first', sql, params: [1, '{"k":[1]}'] });

      expect(outcome).toEqual({ value: { big: 9007199254740992, type: 'real', k: '[1]', t: 'text' } });
    });

    test('of several statements in one string all run, the last one gives the result', async () => {
      const trigger =
        "CREATE TRIGGER log AFTER INSERT ON parent BEGIN INSERT INTO doc VALUES (new.p, 'log', NULL); END;" +
        'INSERT INTO parent VALUES (50); SELECT b FROM doc WHERE a = ?';

      const [outcome] = await d1(
        { method: 'all', sql: trigger, params: [50] },
        { method: 'run', sql: 'DROP TRIGGER log' },
      );

      expect(outcome).toMatchObject({ value: { results: [{ b: 'log' }] } });
    });

    test('a batch is one transaction: in order, all or nothing', async () => {
      const insert = { sql: "INSERT INTO doc VALUES (7, 'b', NULL)" };
      const count = { sql: 'SELECT count(*) AS n FROM doc WHERE a = 7' };

      const [failed, none, done] = await d1(
        { method: 'batch', statements: [insert, insert] },
        { method: 'first', ...count },
        { method: 'batch', statements: [insert, count] },
      );

      expect(failed).toEqual({
        error:
          'D1_ERROR: UNIQUE constraint failed: doc.a, doc.b: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_PRIMARYKEY)',
      });
      expect(none).toEqual({ value: { n: 0 } });
      expect(done).toMatchObject({ value: [{ results: [] }, { results: [{ n: 1 }] }] });
    });

    test('foreign keys hold, can be deferred within a batch, and cannot be switched off', async () => {
      const orphan = { sql: "INSERT INTO child VALUES ('n', ?)", params: [60] };
      const defer = { sql: 'PRAGMA defer_foreign_keys = on' };
      const foreignKey = { error: expect.stringContaining('(extended: SQLITE_CONSTRAINT_FOREIGNKEY)') };

      const [refused, off, still, deferred] = await d1(
        { method: 'run', ...orphan },
        { method: 'run', sql: 'PRAGMA foreign_keys = off' },
        { method: 'run', ...orphan },
        { method: 'batch', statements: [defer, orphan, { sql: 'INSERT INTO parent VALUES (60)' }] },
      );

      expect(refused).toMatchObject(foreignKey);
      expect(off).toMatchObject({ value: { success: true } });
      expect(still).toMatchObject(foreignKey);
      expect(deferred).toMatchObject({ value: [{}, {}, {}] });
    });

    test('exec stops at the line that fails and leaves no trace', async () => {
      const [failed, count] = await d1(
        { method: 'exec', sql: "INSERT INTO doc VALUES (70, 'b', NULL)\nINSERT INTO nope VALUES (1)" },
        { method: 'first', sql: 'SELECT count(*) AS n FROM doc WHERE a = 70' },
      );

      const line = "INSERT INTO doc VALUES (70, 'b', NULL)";
      expect(failed).toEqual({
        error: `D1_EXEC_ERROR: Error in line 1: ${line}: no such table: nope: SQLITE_ERROR`,
      });
      expect(count).toEqual({ value: { n: 0 } });
    });

    test.each([
      [
        'INSERT INTO child VALUES (NULL, NULL)',
        'NOT NULL constraint failed: child.n: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_NOTNULL)',
      ],
      [
        "INSERT INTO doc VALUES (9, 'far too long', NULL)",
        'CHECK constraint failed: length(b) < 9: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)',
      ],
      [
        "INSERT INTO child VALUES ('a', 50), ('b', 50)",
        'UNIQUE constraint failed: child.p: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)',
      ],
      ['SELECT * FROM nope', 'no such table: nope: SQLITE_ERROR'],
      ['', 'No SQL statements detected.'],
      ['SELECT ?', 'Wrong number of parameter bindings for SQL query.'],
      ["ATTACH 'x' AS y", 'not authorized: SQLITE_AUTH'],
      ['CREATE TEMP TABLE t (a)', 'not authorized: SQLITE_AUTH'],
      ['PRAGMA journal_mode', 'not authorized: SQLITE_AUTH'],
      ['PRAGMA user_version = 7', 'not authorized: SQLITE_AUTH'],
      ['VACUUM', 'cannot VACUUM from within a transaction: SQLITE_ERROR'],
      [`SELECT 'x' LIKE '${'x'.repeat(51)}'`, 'LIKE or GLOB pattern too complex: SQLITE_ERROR'],
      [`SELECT '${'x'.repeat(100_000)}'`, 'statement too long: SQLITE_TOOBIG'],
      [`SELECT 1${' UNION SELECT 1'.repeat(5)}`, 'too many terms in compound SELECT: SQLITE_ERROR'],
    ])('refuses %.60s', async (sql, message) => {
      expect(await d1({ method: 'all', sql })).toEqual([{ error: `D1_ERROR: ${message}` }]);
    });

    test.each(['BEGIN', 'COMMIT', 'SAVEPOINT s', 'SELECT ?101', 'selec'])('refuses %s', async (sql) => {
      expect(await d1({ method: 'all', sql })).toEqual([{ error: expect.stringMatching(/^D1_ERROR: /) }]);
    });

    test.each(['ceiling(1.5)', 'POWER(2, 3)', "json_pretty('[1]')", 'sqlite_version()'])(
      'does not have the function %s, but its neighbours',
      async (call) => {
        const [refused, allowed] = await d1(
          { method: 'all', sql: `SELECT ${call}` },
          { method: 'first', sql: "SELECT ceil(1.5) AS c, pow(2, 3) AS p, json('[1]') AS j" },
        );

        expect(refused).toEqual({
          error: expect.stringMatching(/^D1_ERROR: not authorized to use function: /),
        });
        expect(allowed).toEqual({ value: { c: 2, p: 8, j: '[1]' } });
      },
    );
  });
}
