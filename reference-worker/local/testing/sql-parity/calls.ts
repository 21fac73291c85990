import fc from 'fast-check';
import type { D1Call, Parameter, Statement } from '../probe.ts';
import { parameter } from './expressions.ts';
import { of, words } from './pieces.ts';
import { SWITCHES, schema, single, write } from './statements.ts';

/**
 * Calls of D1 by a grammar over statements, expressions, functions, pragmas, modules, names, comments and parameters:
 * right ones, wrong ones, and what lies between. Nothing in them depends on the time or on chance.
 */

/** What every series of calls starts from. */
export const SCHEMA: readonly string[] = [
  'CREATE TABLE t1 (id INTEGER PRIMARY KEY, a TEXT, b REAL CHECK (b < 1000), c BLOB, eur$net INTEGER DEFAULT 7)',
  'CREATE TABLE t2 (k TEXT PRIMARY KEY, t1_id INTEGER REFERENCES t1 (id), n INTEGER NOT NULL) WITHOUT ROWID',
  'CREATE INDEX t1_a ON t1 (a)',
  'CREATE VIEW v AS SELECT id, a FROM t1',
  'CREATE TABLE log (what TEXT)',
  'CREATE TRIGGER t1_log AFTER DELETE ON t1 BEGIN INSERT INTO log VALUES (old.a); END',
  'CREATE VIRTUAL TABLE docs USING fts5(body)',
  'CREATE VIRTUAL TABLE box USING rtree(id, x0, x1)',
  "INSERT INTO t1 (id, a, b, c) VALUES (1, 'one', 1.5, x'00ff'), (2, 'Two', NULL, NULL), (3, 'drei', -3, x'')",
  "INSERT INTO t2 VALUES ('k1', 1, 10), ('k2', 2, 20)",
  "INSERT INTO docs VALUES ('hello Worker'), ('hello D1')",
  'INSERT INTO box VALUES (1, 0, 1), (2, 5, 6)',
];

const silent: fc.Arbitrary<string> = fc.oneof(write, schema).map((sql) => sql.replace(/ RETURNING .*/, ''));
/** Whether something comes after it, and it returns rows. */
const returnsRows = (sql: string, end: string): boolean => /;./.test(end) && !silentWords.test(sql);
const silentWords = /^(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b(?!.* RETURNING )/;

/** Spaces become other spaces and comments; those inside quotes too, which is as good. */
const spaced = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      text,
      fc.nat(),
      of('\n', '\t', ' /* ; */ ', ' -- ;\n', '\r\n', ' /**/ ', '\f', '\v', '\u00a0', ' /*/ x */ ', '--\n'),
    )
    .map(([sql, at, space]) => {
      const parts = sql.split(' ');
      const cut = at % parts.length;
      return cut === 0 ? sql : `${parts.slice(0, cut).join(' ')}${space}${parts.slice(cut).join(' ')}`;
    });
/** None but the last returns rows: in workerd a table that such a one has read cannot be dropped any more. */
const several: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(silent, { maxLength: 2 }),
    single,
    of('', ';', '; ', ';\n', '; -- c', '; /* c */', ' -- c', ';;', ';\t\v\f\r', '; selec'),
    of('', '', '; ', '/* c */ ', '-- c\n'),
  )
  .map(
    ([before, last, end, start]) =>
      `${start}${[...before, returnsRows(last, end) ? 'SELECT 1' : last].join('; ')}${end}`,
  );
const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: single },
  { weight: 2, arbitrary: spaced(single) },
  { weight: 2, arbitrary: several },
);

const value: fc.Arbitrary<Parameter> = of<Parameter>(
  ...[0, 1, -1.5, 2 ** 53, 1e300, 'one', '', 'é😀', 'a\u0000b', null],
  ...[{ bytes: [0, 255] }, { bytes: [] }, { words: [1, 258, 65_535] }],
);
const withParameters: fc.Arbitrary<Statement> = fc
  .tuple(
    of(
      ...[
        'SELECT LIST',
        'SELECT LIST FROM t1',
        'UPDATE t1 SET a = LIST',
        'SELECT a FROM t1 WHERE id = LIST',
        'CREATE VIEW n1 AS SELECT LIST',
        'SELECT eur$net, LIST',
        'SELECT 1; SELECT LIST',
        'SELECT LIST; SELECT 1',
        'SELECT \'?\', "?1", LIST -- ?',
      ],
    ),
    fc.array(parameter, { minLength: 1, maxLength: 3 }),
    fc.array(value, { minLength: 9, maxLength: 9 }),
    of(0, 0, 0, 0, 1, -1, 9),
  )
  .map(([sql, names, params, surplus]) => ({
    sql: sql.replace('LIST', names.join(', ')),
    params: params.slice(0, Math.max(0, wanted(names) + surplus)),
  }));
/** How many values a list of parameters wants (sqlite.org/lang_expr.html#varparam). */
function wanted(names: readonly string[]): number {
  let highest = 0;
  for (const [index, name] of names.entries()) {
    if (/^\?\d/.test(name)) highest = Math.max(highest, Number(name.slice(1)));
    else if (name === '?' || !names.slice(0, index).includes(name)) highest += 1;
  }
  return highest;
}
const statement: fc.Arbitrary<Statement> = fc.oneof(
  { weight: 8, arbitrary: text.map((sql): Statement => ({ sql })) },
  { weight: 2, arbitrary: withParameters },
);

const call: fc.Arbitrary<D1Call> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(words('all run raw first') as fc.Arbitrary<'all' | 'run' | 'raw' | 'first'>, statement)
      .map(([method, of]) => ({ method, ...of })),
  },
  { weight: 1, arbitrary: text.map((sql): D1Call => ({ method: 'exec', sql })) },
  {
    weight: 2,
    arbitrary: fc
      .array(statement, { minLength: 1, maxLength: 3 })
      .map((statements): D1Call => ({ method: 'batch', statements })),
  },
);

/** Every switch back, which miniflare leaves as it was moved. */
const RESET: D1Call = {
  method: 'batch',
  statements: SWITCHES.split(' ').map((name) => ({
    sql: `PRAGMA ${name} = ${name === 'foreign_keys' ? 1 : 0}`,
  })),
};
const movesSwitch = (asked: D1Call): boolean =>
  new RegExp(SWITCHES.replaceAll(' ', '|'), 'i').test(JSON.stringify(asked));

/** @returns calls in series, each on a database that is as SCHEMA makes it; at least `count` statements in all */
export function generateSeries(seed: number, count: number, perSeries = 40): D1Call[][] {
  const calls = fc.sample(call, { seed, numRuns: count });
  return Array.from({ length: Math.ceil(count / perSeries) }, (_, index) =>
    calls
      .slice(index * perSeries, (index + 1) * perSeries)
      .flatMap((each) => (movesSwitch(each) ? [each, RESET] : [each])),
  );
}
