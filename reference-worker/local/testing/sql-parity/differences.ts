import type { D1Call, Outcome } from '../probe.ts';

/** One call on both sides. */
export interface Compared {
  readonly call: D1Call;
  readonly here: Outcome;
  readonly there: Outcome;
}

/** A way in which the data plane answers otherwise than miniflare, on purpose or because node:sqlite cannot help it. */
export interface SqlDifference {
  readonly id: string;
  /** Why, and where that is written. */
  readonly source: string;
  /** The last of them must differ, and be explained by this difference: or it is one no more. */
  readonly example: readonly string[];
  readonly explains: (compared: Compared) => boolean;
}

const textOf = (call: D1Call): string =>
  call.method === 'batch' ? call.statements.map(({ sql }) => sql).join('; ') : call.sql;
const errorOf = (outcome: Outcome): string => ('error' in outcome ? outcome.error : '');
/** Of a query that was answered: how many rows there are, the line of names of `raw` included. */
function rowsOf(outcome: Outcome): number | undefined {
  const value = 'value' in outcome ? outcome.value : undefined;
  const rows = Array.isArray(value) ? value : Object(value).results;
  return Array.isArray(rows) ? rows.length : undefined;
}
const withoutOffset = (text: string): string => text.replaceAll(/ at offset \d+/g, '');

export const SQL_DIFFERENCES: readonly SqlDifference[] = [
  {
    id: 'offset',
    source: 'node:sqlite does not tell where in the text an error is (nodejs.org/api/sqlite.html)',
    example: ['SELECT nope'],
    explains: ({ here, there }) =>
      withoutOffset(errorOf(there)) !== errorOf(there) &&
      withoutOffset(errorOf(there)) === withoutOffset(errorOf(here)),
  },
  {
    id: 'changed_db',
    source:
      '"true if something on the database was changed" (developers.cloudflare.com/d1/worker-api/return-object); ' +
      'miniflare looks at rows and size, and does not see a view, a trigger, a new column or name (workers-sdk, ' +
      'packages/miniflare/src/workers/d1/database.worker.ts)',
    example: ['CREATE VIEW new_view AS SELECT 1'],
    explains: ({ here, there }) => {
      const [ours, theirs] = [here, there].map((outcome) =>
        JSON.stringify(outcome).split(/(?<="changed_db":)(true|false)/),
      );
      return (
        ours !== undefined &&
        ours.length === theirs?.length &&
        ours.every((part, index) => part === theirs[index] || (part === 'true' && theirs[index] === 'false'))
      );
    },
  },
  {
    id: 'explain',
    source:
      'instructions and their numbers are those of another version of SQLite, and of another file: "the output format ' +
      'of EXPLAIN may change" (sqlite.org/lang_explain.html)',
    example: ['EXPLAIN SELECT * FROM t1'],
    explains: ({ call, here, there }) =>
      /\bexplain\b/i.test(textOf(call)) && 'value' in here && 'value' in there,
  },
  {
    id: 'asked-twice',
    source:
      'workerd keeps the statements of a text, and does not put back those before the last, if they return rows ' +
      '(workerd, src/workerd/util/sqlite.c++): a defect that production need not share',
    example: ['SELECT 1; SELECT 2', 'SELECT 1; SELECT 2'],
    explains: ({ there }) =>
      errorOf(there).endsWith('A SQL prepared statement can only be executed once at a time.'),
  },
  {
    id: 'function-arguments',
    source: 'a function takes 32 arguments (developers.cloudflare.com/d1/platform/limits); in workerd 127',
    example: [`SELECT max(${Array.from({ length: 33 }, () => '1').join(', ')})`],
    explains: ({ here, there }) => /too many arguments on function/.test(errorOf(here)) && 'value' in there,
  },
  {
    id: 'value-size',
    source:
      'a string, BLOB or row holds 2,000,000 bytes (developers.cloudflare.com/d1/platform/limits); in workerd 4 MiB',
    example: ['SELECT length(zeroblob(2000001))'],
    explains: ({ here, there }) => /string or blob too big/.test(errorOf(here)) && 'value' in there,
  },
  {
    id: 'reserved-table',
    source:
      'D1 keeps a table _cf_KV in every database (developers.cloudflare.com/d1/sql-api/sql-statements, table_list); ' +
      'miniflare has _cf_METADATA alone',
    example: ['SELECT * FROM _cf_KV'],
    explains: ({ here, there }) =>
      errorOf(here).includes('_cf_KV') && errorOf(there).includes('no such table: _cf_KV'),
  },
  {
    id: 'reserved-row',
    source: 'as reserved-table: the table _cf_KV is a row of sqlite_schema',
    example: ["SELECT 'row' FROM sqlite_schema"],
    explains: ({ call, here, there }) => {
      const [ours, theirs] = [here, there].map(rowsOf);
      return /\bsqlite_(?:schema|master)\b/i.test(textOf(call)) && ours !== undefined && ours - 1 === theirs;
    },
  },
  {
    id: 'or-rollback',
    source:
      'where a conflict rolls back, workerd loses the savepoint in which it runs the request, and answers with an ' +
      'internal error (workerd, src/workerd/io/actor-sqlite.c++); here the conflict is told',
    example: ["INSERT OR ROLLBACK INTO t2 VALUES ('k1', 1, 1)"],
    explains: ({ call, here, there }) =>
      /\bor\s+rollback\b/i.test(textOf(call)) && 'error' in here && /internal error/.test(errorOf(there)),
  },
  {
    id: 'limited-change',
    source:
      'node:sqlite is built without SQLITE_ENABLE_UPDATE_DELETE_LIMIT, so that UPDATE and DELETE have no LIMIT ' +
      '(sqlite.org/compile.html); workerd has it, and the documents of D1 do not speak of it',
    example: ['DELETE FROM log LIMIT 1'],
    explains: ({ call, here }) =>
      /\b(?:update|delete)\b[\s\S]*\blimit\b/i.test(textOf(call)) &&
      errorOf(here).includes('near "LIMIT": syntax error'),
  },
  {
    id: 'other-error-first',
    source:
      'node:sqlite has functions and tables that D1 does not know (nodejs.org/api/sqlite.html): where something else in ' +
      'the statement is wrong too, another of the errors may come first',
    example: ['SELECT median(ifnull(1, 2, 3))'],
    explains: ({ here, there }) =>
      'error' in there &&
      (/no such function: /.test(errorOf(here)) ||
        /no such table: (?:dbstat|fts3tokenize)/.test(errorOf(there))),
  },
  {
    id: 'switches',
    source:
      'pragmas "only apply to the current transaction" (developers.cloudflare.com/d1/sql-api/sql-statements); in ' +
      'miniflare they last as long as its process',
    example: ['PRAGMA recursive_triggers = on', 'PRAGMA recursive_triggers'],
    // The grammar puts every switch back at once.
    explains: ({ call, here, there }) =>
      textOf(call) === 'PRAGMA recursive_triggers' && 'value' in here && 'value' in there,
  },
];

export const explanationOf = (compared: Compared): SqlDifference | undefined =>
  SQL_DIFFERENCES.find(({ explains }) => explains(compared));
