import { DatabaseSync } from 'node:sqlite';
import { resolveWorker, type WorkerFiles } from '../../local/index.ts';

/** A table as SQLite describes it once all migrations have run. */
export interface DatabaseTable {
  /** The binding of its database. */
  readonly database: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly references: readonly { readonly column: string; readonly table: string }[];
  /** The columns of each of its unique indexes, the primary key apart. */
  readonly unique: readonly (readonly string[])[];
}

interface Column {
  readonly name: string;
  /** As it was declared, in capitals. */
  readonly type: string;
  readonly isKey: boolean;
  /** Whether a row can be inserted without it. */
  readonly isOptional: boolean;
}

/** Tables that tools keep for themselves. */
const OF_TOOLS = /^(sqlite_|_cf_|d1_|__drizzle)/;

/**
 * The tables of all databases of a Worker, made by its migrations in memory.
 *
 * @throws PlatformError for a configuration that cannot be read, and for a migration that SQLite refuses
 */
export async function tablesOf(worker: WorkerFiles): Promise<readonly DatabaseTable[]> {
  const { schemas } = await resolveWorker(worker);
  return [...schemas].flatMap(([binding, bringUpToDate]) => {
    const database = new DatabaseSync(':memory:');
    try {
      bringUpToDate(database);
      return tablesIn(database, binding);
    } finally {
      database.close();
    }
  });
}

function tablesIn(database: DatabaseSync, binding: string): readonly DatabaseTable[] {
  const text = (sql: string, table: string): Readonly<Record<string, string>>[] =>
    database
      .prepare(sql)
      .all(table)
      .map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)]),
        ),
      );
  return text("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> ?1 ORDER BY rowid", '')
    .map(({ name = '' }) => name)
    .filter((name) => !OF_TOOLS.test(name))
    .map((name) => ({
      ...{ database: binding, name },
      columns: text('SELECT * FROM pragma_table_info(?1)', name).map((row) => {
        const { name: column = '', type = '', notnull, dflt_value: standard, pk } = row;
        const isKey = pk !== '0';
        const isOptional = notnull === '0' || standard !== '' || (isKey && type.toUpperCase() === 'INTEGER');
        return {
          name: column,
          type: type.toUpperCase(),
          isKey,
          isOptional: isOptional && !(isKey && type.toUpperCase() === 'TEXT'),
        };
      }),
      unique: text('SELECT * FROM pragma_index_list(?1)', name)
        .filter(({ unique, origin }) => unique === '1' && origin !== 'pk')
        .map(({ name: index = '' }) =>
          text('SELECT * FROM pragma_index_info(?1)', index).map(({ name: column = '' }) => column),
        ),
      references: text('SELECT * FROM pragma_foreign_key_list(?1)', name).map(
        ({ from = '', table = '' }) => ({
          column: from,
          table,
        }),
      ),
    }));
}
