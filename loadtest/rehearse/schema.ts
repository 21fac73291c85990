import type { Operator } from '../../reference-worker/target/index.ts';
import { sum } from '../sum.ts';

/** A table as a migration meets it. */
export interface TableFacts {
  readonly rows: number;
  /** Of its own and of its constraints. */
  readonly indexes: number;
  /** Whether rows can be told apart by rowid: not in a table WITHOUT ROWID. */
  readonly hasRowid: boolean;
  /** Those that a row is written with; generated ones are not. */
  readonly columns: readonly string[];
  /** The column that is another name of the rowid, as INTEGER PRIMARY KEY makes one. */
  readonly rowidColumn: string | undefined;
  readonly sql: string;
  readonly indexSqls: readonly string[];
  /** Triggers, views and foreign keys that name the table: a table that takes its place would not have them. */
  readonly dependants: readonly string[];
}

export type Schema = ReadonlyMap<string, TableFacts>;

/** What the names of SQLite's and D1's own tables begin with. */
const OWN = /^(sqlite_|_cf_)/i;

/** Reads the tables of a database, with their exact numbers of rows. @throws PlatformError `bad_command` */
export async function readSchema(operator: Pick<Operator, 'query'>, database: string): Promise<Schema> {
  const query = (sql: string): ReturnType<Operator['query']> => operator.query(database, sql);
  const all = await query('SELECT type, name, tbl_name, sql FROM sqlite_master');
  const tables = all.filter(({ type, name }) => type === 'table' && !OWN.test(String(name)));
  const listed = await query('PRAGMA table_list');
  const schema = new Map<string, TableFacts>();
  for (const { name: given, sql } of tables) {
    const name = String(given);
    if (/^CREATE VIRTUAL/i.test(String(sql))) continue;
    const [counted] = await query(`SELECT count(*) AS rows FROM ${quotedName(name)}`);
    const columns = await query(`PRAGMA table_xinfo(${quotedName(name)})`);
    const keys = columns.filter(({ pk }) => Number(pk) > 0);
    const alone =
      keys.length === 1 && String(keys[0]?.type).toUpperCase() === 'INTEGER' ? keys[0] : undefined;
    const indexes = all.filter(({ type, tbl_name: table }) => type === 'index' && table === name);
    const named = new RegExp(`\\b${name.replaceAll(/\W/g, '\\$&')}\\b`, 'i');
    const dependants = all.filter(
      (other) =>
        other.name !== name &&
        (['trigger', 'view'].includes(String(other.type))
          ? named.test(String(other.sql))
          : new RegExp(`\\bREFERENCES\\s+["'\`[]?${named.source}`, 'i').test(String(other.sql))),
    );
    schema.set(name, {
      rows: Number(counted?.rows),
      indexes: indexes.length,
      hasRowid: listed.some((table) => table.name === name && Number(table.wr) === 0),
      columns: columns.filter(({ hidden }) => Number(hidden) === 0).map((column) => String(column.name)),
      rowidColumn: alone && String(alone.name),
      sql: String(sql),
      indexSqls: indexes.flatMap((index) => (typeof index.sql === 'string' ? [index.sql] : [])),
      dependants: dependants.map((other) => `${other.type} ${other.name}`),
    });
  }
  return schema;
}

/** A name as SQL takes it, whatever it is made of. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const NAME = String.raw`(?:"([^"]+)"|\`([^\`]+)\`|\[([^\]]+)\]|(\w+))`;
const TARGETS = [
  String.raw`INSERT(?:\s+OR\s+\w+)?\s+INTO\s+${NAME}`,
  String.raw`UPDATE(?:\s+OR\s+\w+)?\s+${NAME}`,
  String.raw`DELETE\s+FROM\s+${NAME}`,
  String.raw`ALTER\s+TABLE\s+${NAME}`,
  String.raw`DROP\s+TABLE(?:\s+IF\s+EXISTS)?\s+${NAME}`,
  String.raw`CREATE\s+(?:UNIQUE\s+)?INDEX\s[^(]*?\sON\s+${NAME}`,
].map((pattern) => new RegExp(`^\\s*${pattern}`, 'i'));

/** The statement without comments, which may stand before its first word. */
export const bareSql = (sql: string): string =>
  sql
    .replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replace(/;\s*$/, '')
    .trim();

/** The table that a statement changes; undefined where it makes one, or changes none. */
export function targetOf(sql: string): string | undefined {
  for (const pattern of TARGETS) {
    const [, ...names] = pattern.exec(bareSql(sql)) ?? [];
    const name = names.find((each) => each !== undefined);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The first table that a statement reads from. */
export const readFrom = (sql: string): string | undefined => /\bFROM\s+["`[]?(\w+)/i.exec(bareSql(sql))?.[1];

/** Which statement has most to do, by the rows of the tables that it reads and changes: where one transaction was ended, nothing tells. */
export function heaviestOf(statements: readonly string[], schema: Schema): number {
  const weights = statements.map((sql) => {
    const rows = schema.get(readFrom(sql) ?? '')?.rows ?? schema.get(targetOf(sql) ?? '')?.rows ?? 0;
    return /^(ALTER|DROP)/i.test(bareSql(sql)) ? rows / 10 : rows;
  });
  return weights.indexOf(Math.max(...weights));
}

/** Rows as D1 bills them. */
export interface BilledRows {
  readonly read: number;
  readonly written: number;
}

/**
 * At most how many rows D1 counts for a statement: SQLite tells how many rows of tables it changed, and neither those that it
 * looked at nor those of indexes (developers.cloudflare.com/d1/platform/pricing: an index adds a written row for each row).
 *
 * @param schema the tables before and after the migration together
 * @param scanned the tables that SQLite's plan reads from end to end, each time that it does
 * @param changes rows of tables that it changed, as SQLite counted them
 */
export function billedAtMost(
  sql: string,
  schema: Schema,
  scanned: readonly string[],
  changes: number,
): BilledRows {
  const target = schema.get(targetOf(sql) ?? '');
  const statement = bareSql(sql);
  const rowsOf = (tables: readonly string[]): number =>
    sum(tables.map((name) => schema.get(name)?.rows ?? 0));
  if (/^CREATE\s+(UNIQUE\s+)?INDEX/i.test(statement))
    return { read: target?.rows ?? 0, written: target?.rows ?? 0 };
  // A new column that must hold for old rows, and one that is dropped, go through all of them; a rename and a plain column do not.
  if (/^ALTER\s/i.test(statement)) {
    const rewrites = /\bDROP\b/i.test(statement);
    const reads = rewrites || /\bADD\b[\s\S]*\b(CHECK|NOT\s+NULL|GENERATED|AS)\b/i.test(statement);
    const rows = target?.rows ?? 0;
    return { read: reads ? rows : 1, written: rewrites ? rows : 1 };
  }
  if (/^DROP\s/i.test(statement)) return { read: target?.rows ?? 0, written: target?.rows ?? 0 };
  return {
    read: Math.max(rowsOf(scanned), changes),
    written: changes * (1 + (target?.indexes ?? 0)),
  };
}
