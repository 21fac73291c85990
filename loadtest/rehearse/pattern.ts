import { bareSql, quotedName, type Schema, type TableFacts, targetOf } from './schema.ts';

/** A part of a migration: statements of one transaction, or one that is repeated for a part of a table's rows after the other. */
export type MigrationStep =
  | { readonly statements: readonly string[] }
  | {
      /** Whose rows. */
      readonly chunksOf: string;
      /** Of one transaction; each takes the rowids that the part lies between: over ?1, and up to ?2. */
      readonly statements: readonly string[];
    };

/** How a migration that is too much for D1 at once can be done. */
export interface Pattern {
  readonly steps: readonly MigrationStep[];
  /** In sentences, for whoever takes it over. */
  readonly explained: readonly string[];
  /** The tables that must hold equally many rows before `lastSteps` are done. */
  readonly alike?: readonly [from: string, into: string];
  readonly lastSteps?: readonly MigrationStep[];
}

const PART = 'rowid > ?1 AND rowid <= ?2';

const UPDATE = /^(UPDATE\s[\s\S]*?\sSET\s[\s\S]*?)(?:\sWHERE\s([\s\S]*))?$/i;
const DELETE = /^(DELETE\s+FROM\s+\S+)(?:\s+WHERE\s+([\s\S]*))?$/i;
const COPY = /^INSERT\s+INTO\s+(\S+?)\s*(\([^)]*\))?\s*SELECT\s+([\s\S]*?)\s+FROM\s+(["`[\]\w]+)$/i;
const INDEX =
  /^(CREATE\s+(?:UNIQUE\s+)?INDEX\s+)(?:IF\s+NOT\s+EXISTS\s+)?(["`[\]\w]+)(\s+ON\s+)(["`[\]\w]+)(\s*\([\s\S]*)$/i;
const RENAME = /^ALTER\s+TABLE\s+(\S+)\s+RENAME\s+TO\s+(\S+)$/i;

const plain = (name = ''): string => name.replaceAll(/["`[\]]/g, '');

/**
 * The nearest pattern that works on D1 for a migration of which one statement is too much: the same in parts of 1,000 rows, each a
 * transaction of its own, or a new table that is filled so and takes the place of the old one.
 *
 * @param statements the whole migration
 * @param at which of them is too much
 * @returns undefined where none can be derived, or a sentence's reason as `why`
 */
export function patternFor(
  statements: readonly string[],
  at: number,
  schema: Schema,
): Pattern | { readonly why: string } {
  const sql = bareSql(statements[at] ?? '');
  const table = targetOf(sql);
  const index = INDEX.exec(sql);
  const copy = COPY.exec(sql);
  if (index) return withIndex(statements, at, plain(index[4]), schema);
  if (copy)
    return rebuild(
      statements,
      at,
      { into: plain(copy[1]), list: copy[2], select: copy[3] ?? '', from: plain(copy[4]) },
      schema,
    );
  const inParts = partsOf(UPDATE.exec(sql) ?? DELETE.exec(sql));
  const facts = schema.get(table ?? '');
  if (inParts === undefined || table === undefined || facts === undefined)
    return {
      why: 'no statement of its kind can be cut into parts: fill a new table in parts of 1,000 rows, and let it take the place of the old one',
    };
  if (!facts.hasRowid)
    return {
      why: `${table} has no rowid by which its rows could be cut into parts: cut them by its primary key`,
    };
  return {
    steps: [
      ...together(statements.slice(0, at)),
      { chunksOf: table, statements: [inParts] },
      ...together(statements.slice(at + 1)),
    ],
    explained: [
      `The rows of ${table} are changed in parts of 1,000, each in a transaction of its own.`,
      'Until the last part is done the Worker meets changed rows beside unchanged ones: it must serve both.',
    ],
  };
}

const together = (statements: readonly string[]): MigrationStep[] =>
  statements.length > 0 ? [{ statements }] : [];

function partsOf(found: RegExpExecArray | null): string | undefined {
  if (!found || /\bRETURNING\b|\bLIMIT\b/i.test(found[0])) return undefined;
  const [, head, condition] = found;
  return `${head} WHERE ${PART}${condition === undefined ? '' : ` AND (${condition})`}`;
}

interface Copy {
  readonly into: string;
  readonly from: string;
  /** The columns of the new table, in brackets. */
  readonly list: string | undefined;
  readonly select: string;
}

/** A rebuild as SQLite's documentation has it (https://www.sqlite.org/lang_altertable.html, section 7): new table, copy, drop, rename. */
function rebuild(
  statements: readonly string[],
  at: number,
  { into, from, list, select }: Copy,
  schema: Schema,
): Pattern | { readonly why: string } {
  const all = statements.map(bareSql);
  const isRename = (sql: string): boolean => {
    const [, old, next] = RENAME.exec(sql) ?? [];
    return plain(old) === into && plain(next) === from;
  };
  const isDrop = (sql: string): boolean => /^DROP\s+TABLE/i.test(sql) && targetOf(sql) === from;
  const after = all.slice(at + 1);
  if (!after.some(isRename) || !after.some(isDrop))
    return {
      why: `it copies ${from} and does not let ${into} take its place: fill ${into} in parts of 1,000 rows`,
    };
  const indexes = after.filter((sql) => INDEX.test(sql) && targetOf(sql) === from);
  const rest = after.filter((sql) => !isRename(sql) && !isDrop(sql) && !indexes.includes(sql));
  const facts = schema.get(from);
  const columns = list
    ?.slice(1, -1)
    .split(',')
    .map((name) => plain(name.trim()));
  if (!facts || columns === undefined)
    return { why: `its INSERT INTO ${into} names no columns, so nothing can be derived: name them` };
  return replacement({ facts, from, into, columns, select, before: all.slice(0, at), indexes, rest });
}

function withIndex(
  statements: readonly string[],
  at: number,
  from: string,
  schema: Schema,
): Pattern | { readonly why: string } {
  const facts = schema.get(from);
  if (!facts) return { why: `the migration makes ${from} itself: make the index before the table is filled` };
  const into = `${from}_next`;
  const { columns } = facts;
  const create = facts.sql.replace(/^(CREATE\s+TABLE\s+)(["`[\]\w]+)/i, `$1${quotedName(into)}`);
  const all = statements.map(bareSql);
  return replacement({
    ...{ facts, from, into, columns },
    select: columns.map(quotedName).join(', '),
    before: [...all.slice(0, at), create],
    indexes: [...facts.indexSqls, all[at] ?? ''],
    rest: all.slice(at + 1),
  });
}

/** A new table beside the old one: triggers carry over what is written meanwhile, and parts of rows what was there before. */
function replacement({
  facts,
  from,
  into,
  columns,
  select,
  before,
  indexes,
  rest,
}: {
  readonly facts: TableFacts;
  readonly from: string;
  readonly into: string;
  readonly columns: readonly string[];
  readonly select: string;
  readonly before: readonly string[];
  readonly indexes: readonly string[];
  readonly rest: readonly string[];
}): Pattern | { readonly why: string } {
  const { hasRowid, rowidColumn, dependants } = facts;
  if (!hasRowid)
    return {
      why: `${from} has no rowid by which its rows could be cut into parts: cut them by its primary key`,
    };
  if (dependants.length > 0)
    return {
      why: `${dependants.join(', ')} would not follow to a table that takes the place of ${from}: make them anew by hand`,
    };
  const [old, next, gone] = [quotedName(from), quotedName(into), quotedName(`${from}_replaced`)];
  // INTEGER PRIMARY KEY is the rowid by another name, and is copied as a column.
  const isNamed = rowidColumn !== undefined && columns.includes(rowidColumn);
  const names = [...(isNamed ? [] : ['rowid']), ...columns.map(quotedName)].join(', ');
  const copy = `INSERT INTO ${next} (${names}) SELECT ${isNamed ? '' : 'rowid, '}${select} FROM ${old}`;
  const forget = (row: string): string => `DELETE FROM ${next} WHERE rowid = ${row}.rowid`;
  const take = `${copy} WHERE rowid = NEW.rowid`;
  const trigger = (event: string, ...body: string[]): string =>
    `CREATE TRIGGER ${quotedName(`${into}_${event.toLowerCase()}`)} AFTER ${event} ON ${old} BEGIN ${body.join('; ')}; END`;
  // Names of indexes are unique in a database, and those of the old table are there until it goes.
  const renamed = indexes.map((sql) =>
    sql.replace(
      INDEX,
      (_, head, name, on, _table, columnsOf) =>
        `${head}${quotedName(`${plain(name)}_2`)}${on}${next}${columnsOf}`,
    ),
  );
  return {
    steps: [
      {
        statements: [
          ...before,
          ...renamed,
          trigger('INSERT', forget('NEW'), take),
          trigger('UPDATE', forget('OLD'), forget('NEW'), take),
          trigger('DELETE', forget('OLD')),
        ],
      },
      { chunksOf: from, statements: [`DELETE FROM ${next} WHERE ${PART}`, `${copy} WHERE ${PART}`] },
    ],
    alike: [from, into],
    lastSteps: [
      {
        statements: [
          ...['insert', 'update', 'delete'].map((event) => `DROP TRIGGER ${quotedName(`${into}_${event}`)}`),
          `ALTER TABLE ${old} RENAME TO ${gone}`,
          `ALTER TABLE ${next} RENAME TO ${old}`,
          ...rest,
        ],
      },
      { chunksOf: `${from}_replaced`, statements: [`DELETE FROM ${gone} WHERE ${PART}`] },
      { statements: [`DROP TABLE ${gone}`] },
    ],
    explained: [
      `A new table with all its indexes, ${into}, is filled from ${from} in parts of 1,000 rows, each in a transaction of its own; ` +
        'triggers carry over what is written meanwhile.',
      'Once both hold equally many rows, one transaction gives the new table the name of the old one; the old rows are deleted in ' +
        'parts, too.',
      'Indexes have names that end in _2 then, because a name is free again only once the old table is gone.',
    ],
  };
}
