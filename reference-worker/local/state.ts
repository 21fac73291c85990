import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PlatformError } from './errors.ts';

export interface DatabaseFile {
  readonly id: string;
  readonly file: string;
}

/** Where a database of the platform lives. */
export const databaseFile = (stateDir: string, id: string): string => join(stateDir, `${id}.sqlite`);

/**
 * Opens the database of that id, making it where it is missing, and lets `work` bring it up to date.
 *
 * @throws PlatformError `corrupt_state` naming the file, which is left as it is; whatever `work` throws
 */
export function prepareDatabase(
  stateDir: string,
  id: string,
  work: (database: DatabaseSync) => void,
): DatabaseFile {
  const file = databaseFile(stateDir, id);
  withDatabase(file, work);
  return { id, file };
}

function withDatabase(file: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file);
  try {
    // A full check of 5 GB takes minutes. Migrating reads the header, which names the size, and the schema: that
    // is what a truncated, foreign or half-written file gets wrong.
    database.exec('PRAGMA journal_mode = WAL');
    work(database);
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    const path = relative(process.cwd(), file);
    throw new PlatformError(
      'corrupt_state',
      `${path} is not an intact SQLite database; move it away and start again, and it is made anew.`,
      { cause },
    );
  } finally {
    database.close();
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html). */
const isDamage = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && [11, 26].includes(Number(error.errcode) & 0xff);
