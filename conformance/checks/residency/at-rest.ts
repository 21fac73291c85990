import { z } from 'zod';
import { administrationOf, platformOf, type Target } from '../../../reference-worker/target/index.ts';

const Names = z.array(z.object({ name: z.string() }));
const Counts = z.tuple([z.object({ rows: z.number() })]);
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Every database of the local platform that an account's data could be in. */
export const databasesAt = (target: Target): readonly string[] => [
  ...new Set([
    administrationOf(target).accountDatabase,
    ...target.accounts.map(({ id }) => platformOf(target).shardOf(id)),
  ]),
];

/** The tables of a database of which a row holds a text in any of its columns. */
export async function tablesHolding(
  target: Target,
  database: string,
  text: string,
): Promise<readonly string[]> {
  const { operator } = platformOf(target).platform;
  const schema =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'";
  const tables = Names.parse(await operator.query(database, schema));
  const holding = [];
  for (const { name } of tables) {
    const columns = Names.parse(await operator.query(database, `PRAGMA table_xinfo(${quoted(name)})`));
    const anywhere = columns.map((column) => `instr(CAST(${quoted(column.name)} AS TEXT), ?1)`).join(' OR ');
    const count = `SELECT count(*) AS rows FROM ${quoted(name)} WHERE ${anywhere}`;
    const [{ rows }] = Counts.parse(await operator.query(database, count, [text]));
    if (rows > 0) holding.push(name);
  }
  return holding;
}
