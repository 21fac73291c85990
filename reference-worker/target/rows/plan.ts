import { splitStatements } from '../../local/index.ts';
import type { CountedPlatform, CountedStatement } from './count-rows.ts';

/**
 * How SQLite goes about a statement, in the lines of EXPLAIN QUERY PLAN (sqlite.org/eqp.html).
 *
 * @returns nothing for several statements in one text, and where SQLite does not say
 */
export async function planOf(
  { rows }: CountedPlatform,
  statement: CountedStatement,
): Promise<readonly string[]> {
  const { database, sql, counted } = statement;
  const [first, ...others] = splitStatements(sql ?? '');
  const [example] = counted;
  if (!rows || !first || others.length > 0 || !example) return [];
  const explained = { sql: `EXPLAIN QUERY PLAN ${first.text}`, params: example.params };
  const [count] = await rows.count(database, [{ readOnly: true, statements: [explained] }]);
  if (!count || 'error' in count) return [];
  // Its columns are id, parent, notused and detail.
  return (count.counts[0]?.rows ?? []).map((row) => String(row.at(-1)));
}
