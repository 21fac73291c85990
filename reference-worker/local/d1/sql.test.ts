import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitStatements } from './sql.ts';

const parameters = (sql: string) => splitStatements(sql).map((statement) => statement.parameters);

describe('splitStatements', () => {
  test('finds every statement again, whatever strings, names and comments contain', () => {
    const fragment = fc.constantFrom(
      "SELECT 'a;''b' AS x",
      'SELECT "a;b" FROM `c;d`, [e;f]',
      'SELECT 1 -- one; two\n',
      'SELECT /* ; */ 2',
      'CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END',
      'EXPLAIN CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END',
      "create temp trigger t after insert on a begin select 'end;'; end",
      'INSERT INTO a VALUES (?, ?2)',
    );
    fc.assert(
      fc.property(fc.array(fragment, { minLength: 1 }), (fragments) => {
        const texts = splitStatements(fragments.join(';')).map(({ text }) => text);
        expect(texts).toEqual(
          fragments.map((one, index) => (index < fragments.length - 1 ? `${one};` : one)),
        );
      }),
    );
  });

  test.each([
    ['', [true]],
    [' ; ;', [true]],
    ['-- nothing', [true]],
    ['/* nothing', [true]],
    ['SELECT 1;', [false]],
    ['; ; SELECT 1;\t\v\r\n', [false]],
    ['SELECT 1 -- nothing', [false]],
    ['SELECT 1; -- nothing', [false, true]],
    ['SELECT 1;;', [false, true]],
    ['SELECT 1\0SELECT 2', [false, true]],
  ])('ends %j with an empty statement where SQLite finds none', (sql, expected) => {
    expect(splitStatements(sql).map(({ isEmpty }) => isEmpty)).toEqual(expected);
  });

  test('cuts where SQLite does, whatever a name is made of', () => {
    const database = new DatabaseSync(':memory:');
    const piece = fc.constantFrom(
      ...["'", '"', '`', '[', ']', ';', '--', '/*', '*/', '\n', ' ', '$', 'é', '1', 'a', '::', '.'],
    );
    const word = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(word, word, (name, rest) => {
        const sql = `SELECT 1 AS ${name};${rest}`;
        let first: string;
        try {
          first = database.prepare(sql).sourceSQL;
        } catch {
          return fc.pre(false);
        }
        const { text = '' } = splitStatements(sql)[0] ?? {};
        expect(text).toBe(first);
      }),
    );
  });

  test('names parameters, and numbers them as SQLite does', () => {
    const none = undefined;
    expect(parameters('SELECT ?, ?')).toEqual([[none, none]]);
    expect(parameters('SELECT ?3, ?')).toEqual([[none, none, none, none]]);
    expect(parameters('SELECT ?2, ?1, ?2')).toEqual([[none, none]]);
    expect(parameters('SELECT :a, ?, @a, :a, $a::b(c), #d')).toEqual([[':a', none, '@a', '$a::b(c)', '#d']]);
    expect(parameters('SELECT \'?\', "?", [?], a$b, é$c -- ?\n /* ? */')).toEqual([[]]);
    expect(parameters('SELECT ?; SELECT 1')).toEqual([[none], []]);
  });

  test.each([
    ['ALTER TABLE a RENAME TO "_cf_b"', '_cf_b"'],
    ['explain query plan alter table main.a rename /* x */ to b', 'b'],
    ['ALTER TABLE a RENAME rename TO b', undefined],
    ['ALTER TABLE a RENAME COLUMN c TO d', undefined],
    ['SELECT 1', undefined],
  ])('finds the new name of a table in %j', (sql, name) => {
    expect(splitStatements(sql)[0]?.newTableName).toBe(name);
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
