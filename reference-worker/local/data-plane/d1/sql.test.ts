import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitStatements } from './sql.ts';

const parameterCount = (sql: string) => splitStatements(sql).map((statement) => statement.parameterCount);

describe('splitStatements', () => {
  test('finds every statement again, whatever strings, names and comments contain', () => {
    const fragment = fc.constantFrom(
      "SELECT 'a;''b' AS x",
      'SELECT "a;b" FROM `c;d`, [e;f]',
      'SELECT 1 -- one; two\n',
      'SELECT /* ; */ 2',
      'CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END',
      "create temp trigger t after insert on a begin select 'end;'; end",
      'INSERT INTO a VALUES (?, ?2)',
    );
    fc.assert(
      fc.property(fc.array(fragment, { minLength: 1 }), (fragments) => {
        expect(splitStatements(fragments.join(';')).map(({ text }) => text)).toEqual(fragments);
      }),
    );
  });

  test.each(['', '  ', ';', ' ; ;', '-- nothing', '/* nothing */ ; -- more'])('finds none in %j', (sql) => {
    expect(splitStatements(sql)).toEqual([]);
  });

  test('counts parameters as SQLite numbers them', () => {
    expect(parameterCount('SELECT ?, ?')).toEqual([2]);
    expect(parameterCount('SELECT ?3, ?')).toEqual([4]);
    expect(parameterCount('SELECT ?2, ?1, ?2')).toEqual([2]);
    expect(parameterCount('SELECT :a, :b, :a')).toEqual([2]);
    expect(parameterCount('SELECT \'?\', "?", [?] -- ?\n /* ? */')).toEqual([0]);
    expect(parameterCount('SELECT ?; SELECT 1')).toEqual([1, 0]);
  });

  test.each([
    ['SELECT 1', true],
    ['select \'INSERT\' AS "UPDATE" -- DELETE', true],
    ['-- first\n SELECT replace(a, b, c) FROM t', true],
    ['EXPLAIN QUERY PLAN SELECT 1', true],
    ['WITH a AS (SELECT 1) SELECT * FROM a', true],
    ['WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a', false],
    ['WITH a AS (SELECT 1) REPLACE INTO b SELECT * FROM a', false],
    ['with a as (select 1) update b set c = 1', false],
    ['WITH a AS (SELECT 1) DELETE FROM b', false],
    ['INSERT INTO a VALUES (1)', false],
    ['PRAGMA optimize', false],
    ['CREATE TABLE a (b)', false],
  ])('tells by its words whether %j only reads', (sql, readOnly) => {
    expect(splitStatements(`${sql}\n;${sql}`).map((statement) => statement.readOnly)).toEqual([
      readOnly,
      readOnly,
    ]);
  });
});
