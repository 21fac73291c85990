import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { D1Call, Outcome } from './probe.ts';

const Meta = z.object({ meta: z.object({ changed_db: z.boolean(), size_after: z.number() }) });

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
      [' \n\t-- indented', 'No SQL statements detected.'],
      ['-- a comment', 'SQL code did not contain a statement.'],
      ['/* a comment */', 'SQL code did not contain a statement.'],
      [';', 'SQL code did not contain a statement.'],
      ['SELECT 1; -- a comment', 'SQL code did not contain a statement.'],
      ['SELECT 1;;', 'SQL code did not contain a statement.'],
      ['SELECT ?', 'Wrong number of parameter bindings for SQL query.'],
      [
        'SELECT ?; SELECT 1',
        'When executing multiple SQL statements in a single call, only the last statement can have parameters.',
      ],
      ['CREATE TABLE temp.doc (a)', 'not authorized: SQLITE_AUTH'],
      ['CREATE VIEW temp.v AS SELECT 1', 'not authorized: SQLITE_AUTH'],
      ['CREATE TRIGGER temp.t AFTER INSERT ON main.doc BEGIN SELECT 1; END', 'not authorized: SQLITE_AUTH'],
      ['PRAGMA temp.table_info(doc)', 'not authorized: SQLITE_AUTH'],
      ['SELECT * FROM _cf_METADATA', 'access to _cf_METADATA.key is prohibited: SQLITE_AUTH'],
      ['DELETE FROM _cf_METADATA', 'not authorized: SQLITE_AUTH'],
      ['CREATE TABLE _CF_own (a)', 'not authorized: SQLITE_AUTH'],
      ['CREATE INDEX _cf_i ON doc (a)', 'not authorized: SQLITE_AUTH'],
      ['ALTER TABLE doc RENAME TO [_cf_doc]', 'not authorized: SQLITE_AUTH'],
      ['EXPLAIN ALTER TABLE main.doc RENAME TO _cf_doc', 'not authorized: SQLITE_AUTH'],
      [
        "SELECT name FROM pragma_table_info((SELECT name FROM sqlite_master WHERE name = '_cf_METADATA'))",
        'not authorized: SQLITE_AUTH',
      ],
      ['CREATE VIRTUAL TABLE x USING fts3(a)', 'not authorized: SQLITE_AUTH'],
      ['CREATE VIRTUAL TABLE x USING fts4(a)', 'not authorized: SQLITE_AUTH'],
      ['CREATE VIRTUAL TABLE x USING geopoly(a)', 'not authorized: SQLITE_AUTH'],
      ['CREATE VIRTUAL TABLE x USING dbstat', 'not authorized: SQLITE_AUTH'],
      ['SELECT count(*) FROM dbstat', 'no such table: dbstat: SQLITE_ERROR'],
      ['SELECT * FROM fts3tokenize', 'no such table: fts3tokenize: SQLITE_ERROR'],
      ['PRAGMA foreign_keys = 2', 'not authorized: SQLITE_AUTH'],
      ['PRAGMA table_info', 'not authorized: SQLITE_AUTH'],
      ['PRAGMA page_size = 512', 'not authorized: SQLITE_AUTH'],
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

    test('a comment between statements of a batch or of exec is refused, and nothing is done', async () => {
      const insert = "INSERT INTO doc VALUES (80, 'b', NULL)";

      const [batch, exec, indented, count] = await d1(
        { method: 'batch', statements: [{ sql: insert }, { sql: '/* left out */' }] },
        { method: 'exec', sql: `${insert}\n-- a comment` },
        { method: 'exec', sql: "INSERT INTO doc VALUES (81, 'b', NULL)\n\n  -- a comment\nSELECT 1" },
        { method: 'first', sql: 'SELECT count(*) AS n FROM doc WHERE a = 80' },
      );

      const message = 'SQL code did not contain a statement.';
      expect(batch).toEqual({ error: `D1_ERROR: ${message}` });
      expect(exec).toEqual({ error: `D1_EXEC_ERROR: Error in line 1: ${insert}: ${message}` });
      expect(indented).toMatchObject({ value: { count: 2 } });
      expect(count).toEqual({ value: { n: 0 } });
    });

    test('names may hold a $, and parameters may have names, whose values go by their places', async () => {
      const [created, read, named, bytes] = await d1(
        { method: 'run', sql: 'CREATE TABLE price (eur$net REAL, é$ TEXT)' },
        { method: 'raw', sql: 'SELECT eur$net FROM price WHERE é$ = ?', params: ['x'] },
        {
          method: 'raw',
          sql: 'SELECT :a AS a, ? AS b, @a AS c, :a AS d, $a::x(y) AS e, ?2 AS f',
          params: [1, 2, 3, 4],
        },
        { method: 'first', sql: 'SELECT hex(?) AS h', params: [{ words: [1, 258, 65_535] }] },
      );

      expect(created).toMatchObject({ value: { success: true } });
      expect(read).toEqual({ value: [['eur$net']] });
      expect(named).toEqual({
        value: [
          ['a', 'b', 'c', 'd', 'e', 'f'],
          [1, 2, 3, 1, 4, 2],
        ],
      });
      expect(bytes).toEqual({ value: { h: '0102FF' } });
    });

    test('R*Tree and full-text search are there, and so are the documented switches in any case', async () => {
      const switches =
        'case_sensitive_like IGNORE_CHECK_CONSTRAINTS legacy_alter_table Recursive_Triggers reverse_unordered_selects';

      const outcomes = await d1(
        { method: 'run', sql: 'CREATE VIRTUAL TABLE box USING rtree(id, a, b)' },
        { method: 'run', sql: 'CREATE VIRTUAL TABLE box32 USING RTREE_i32(id, a, b)' },
        { method: 'run', sql: 'CREATE VIRTUAL TABLE text USING FTS5(a)' },
        { method: 'run', sql: 'CREATE VIRTUAL TABLE terms USING fts5vocab(text, row)' },
        ...switches
          .split(' ')
          .flatMap((name) => [
            { method: 'run', sql: `PRAGMA ${name} = On` } as const,
            { method: 'run', sql: `PRAGMA ${name} = off` } as const,
          ]),
        { method: 'run', sql: 'PRAGMA OPTIMIZE(0x10002)' },
        { method: 'run', sql: 'PRAGMA TABLE_INFO(doc)' },
        { method: 'run', sql: 'EXPLAIN CREATE TRIGGER t AFTER INSERT ON doc BEGIN SELECT 1; SELECT 2; END' },
      );

      for (const outcome of outcomes) expect(outcome).toMatchObject({ value: { success: true } });
    });

    test('what exists already changes nothing, and a dropped table makes the database smaller', async () => {
      const metas = await d1(
        { method: 'run', sql: 'CREATE TABLE again (a)' },
        { method: 'run', sql: 'CREATE TABLE IF NOT EXISTS again (a)' },
        { method: 'run', sql: 'DROP TABLE again' },
      );

      const [created, none, dropped] = metas.map((outcome) =>
        'value' in outcome ? Meta.parse(outcome.value).meta : undefined,
      );
      expect([created?.changed_db, none?.changed_db, dropped?.changed_db]).toEqual([true, false, true]);
      expect(dropped?.size_after).toBe((created?.size_after ?? 0) - 4_096);
    });

    test.each(['ceiling(1.5)', 'if(1, 2, 3)', 'POWER(2, 3)', "json_pretty('[1]')", 'sqlite_version()'])(
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
