import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { applyMigrations, pendingMigrations } from '../../../migrations/index.ts';
import { splitStatements } from '../d1/index.ts';
import { PlatformError } from '../errors.ts';

/** Where the schema of a D1 database comes from. */
export interface MigrationFolder {
  readonly folder: string;
  /** In which the names of the applied ones are kept; wrangler's `migrations_table`. */
  readonly table: string;
}

/**
 * Applies what wrangler would apply.
 *
 * @throws PlatformError `bad_migration` with the file and the line of the statement that SQLite refuses
 */
export function migrate(database: DatabaseSync, { folder, table }: MigrationFolder): void {
  try {
    applyMigrations(database, folder, table);
  } catch (cause) {
    const [name] = pendingMigrations(database, folder, table);
    if (name === undefined) throw cause;
    const file = join(folder, name);
    const refused = firstRefused(database, readFileSync(file, 'utf8'));
    if (!refused) throw cause;
    throw new PlatformError(
      'bad_migration',
      `${relative(process.cwd(), file)}:${refused.line}: ${refused.message}; the statement is: ${refused.text}`,
      { cause },
    );
  }
}

const SHOWN_CHARACTERS = 80;

/** The statement at which a text of SQL fails. */
function firstRefused(database: DatabaseSync, sql: string) {
  let from = 0;
  database.exec('BEGIN');
  try {
    for (const { text, isEmpty } of splitStatements(sql)) {
      const begin = sql.indexOf(text, from);
      from = begin + text.length;
      if (isEmpty) continue;
      try {
        database.exec(text);
      } catch (error) {
        const code = withoutComments(text);
        const line = sql.slice(0, begin + text.length - code.length).split('\n').length;
        return { line, message: String(Object(error).message), text: shortened(code) };
      }
    }
    return undefined;
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}

/** A comment above a statement belongs to it; the line that is meant is where it begins. */
const withoutComments = (text: string): string => text.replace(/^(?:\s+|--[^\n]*\n|\/\*.*?\*\/)+/s, '');

const shortened = (text: string): string => {
  const oneLine = text.replaceAll(/\s+/g, ' ').trim();
  return oneLine.length > SHOWN_CHARACTERS ? `${oneLine.slice(0, SHOWN_CHARACTERS)}…` : oneLine;
};
