import type { Platform } from '../../local/index.ts';
import type { CountedPlatform, CountedStatement } from './count-rows.ts';

/** An index with which a statement reads fewer rows; it was tried. */
export interface HelpfulIndex {
  /** What makes it. */
  readonly sql: string;
  /** That an execution reads without and with it, on average over those that were tried. */
  readonly rowsRead: number;
  readonly rowsReadWith: number;
}

/** Executions that each index is tried with. */
const TRIED = 8;
/** An index that saves less costs more when it is written than it is worth. */
const WORTHWHILE = 0.5;
const NAME = 'shardproof_tried';

/**
 * Finds an index that lets a statement read at most half as many rows. Each that its conditions and its order suggest is made in
 * a transaction, the statement is run again there, and everything is rolled back: what is told was seen, and not estimated.
 *
 * @param platform whose Workers are at rest: nobody else can write meanwhile
 */
export async function helpfulIndex(
  { rows }: CountedPlatform,
  { query }: Platform['operator'],
  { database, sql, counted }: CountedStatement,
): Promise<HelpfulIndex | undefined> {
  if (!rows || sql === null || counted.length === 0) return undefined;
  const tables = await query(
    database,
    "SELECT m.name AS table_name, p.name AS column_name FROM sqlite_master AS m JOIN pragma_table_xinfo(m.name) AS p WHERE m.type = 'table' " +
      "AND m.name NOT LIKE '\\_cf\\_%' ESCAPE '\\'",
  );
  const columnsOf = Map.groupBy(tables, (row) => String(row.table_name).toLowerCase());
  const executions = counted.slice(0, TRIED);
  const rowsRead = mean(executions.map((each) => each.rowsRead));
  const candidates = [...columnsOf].flatMap(([table, columns]) =>
    keysFor(sql, table, new Set(columns.map((row) => String(row.column_name).toLowerCase()))).map((key) => ({
      table,
      key,
    })),
  );
  // Without statistics SQLite may pass an index over, most of all where the table lies in its primary key.
  for (const isAnalysed of [false, true]) {
    const tried: HelpfulIndex[] = [];
    for (const { table, key } of candidates) {
      const made = `ON "${table}" (${key.map((column) => `"${column}"`).join(', ')})`;
      const before = [`CREATE INDEX ${NAME} ${made}`, ...(isAnalysed ? [`ANALYZE "${table}"`] : [])];
      const statements = [
        ...before.map((text) => ({ sql: text, params: [] })),
        ...executions.map(({ params }) => ({ sql, params })),
      ];
      const [count] = await rows.count(database, [{ readOnly: false, statements }]);
      if (!count || 'error' in count) continue;
      const told = `CREATE INDEX ${table}_by_${key.at(-1)} ${made}${isAnalysed ? `; ANALYZE ${table}` : ''}`;
      tried.push({
        sql: told.replaceAll('"', ''),
        rowsRead,
        rowsReadWith: mean(count.counts.slice(before.length).map((each) => each.rowsRead)),
      });
    }
    const [best] = tried.toSorted((a, b) => a.rowsReadWith - b.rowsReadWith || a.sql.length - b.sql.length);
    if (best && best.rowsReadWith <= rowsRead * WORTHWHILE) return best;
  }
  return undefined;
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);

/** Beyond so many columns an index is as wide as its table. */
const WIDTH = 4;

/**
 * The keys that a statement suggests for a table: what it compares for equality first, then what it compares by size or sorts by
 * (sqlite.org/queryplanner.html). A suggestion may be foolish: it is tried.
 */
function keysFor(sql: string, table: string, columns: ReadonlySet<string>): readonly (readonly string[])[] {
  const words = sql.replaceAll(/'(?:[^']|'')*'/g, "''").toLowerCase();
  const from = new RegExp(
    `\\b(?:from|join|update|into)\\s+["\`[]?${table}\\b["\`\\]]?(?:\\s+(?:as\\s+)?(?!where|set|on|join|left|order|group|limit)(\\w+))?`,
  );
  const found = from.exec(words);
  if (!found) return [];
  const names = [table, found[1]].filter((name) => name !== undefined);
  const ofTable = (matches: Iterable<RegExpMatchArray>): string[] =>
    [...matches].flatMap(({ groups: { of, column } = {} }) =>
      column !== undefined && columns.has(column) && (of === undefined || names.includes(of)) ? [column] : [],
    );
  const column = '(?:(?<of>\\w+)\\.)?"?(?<column>\\w+)"?';
  const equal = ofTable([
    ...words.matchAll(new RegExp(`${column}\\s*(?:==?|\\bin\\b|\\bis\\b(?!\\s+not))`, 'g')),
    ...words.matchAll(new RegExp(`=\\s*${column}`, 'g')),
  ]);
  const range = ofTable(
    words.matchAll(new RegExp(`${column}\\s*(?:[<>]|\\bbetween\\b|\\blike\\b|\\bglob\\b)`, 'g')),
  );
  const [, ordered = ''] = /\border by (.*)$/s.exec(words) ?? [];
  const order = ofTable(ordered.matchAll(new RegExp(column, 'g')));
  const keys = [
    [...equal, ...range.slice(0, 1), ...order],
    [...equal, ...order],
    equal,
    [...range.slice(0, 1)],
  ].map((key) => [...new Set(key)].slice(0, WIDTH));
  return [...new Map(keys.filter((key) => key.length > 0).map((key) => [key.join(), key])).values()];
}
