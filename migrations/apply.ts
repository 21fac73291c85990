import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

/**
 * Brings a database to the newest schema, as `wrangler d1 migrations apply` would: files in the order of
 * their names, each in one transaction, recorded in wrangler's own table so that either tool can go on
 * where the other stopped.
 *
 * @param folder the one that wrangler.jsonc names as `migrations_dir` for the same database
 * @param table what it names as `migrations_table`
 * @returns the names of the migrations that were applied now, oldest first
 * @throws the SQLite error of the first migration that fails; that migration leaves no trace
 */
export function applyMigrations(database: DatabaseSync, folder: string, table = 'd1_migrations'): string[] {
  database.exec(
    `CREATE TABLE IF NOT EXISTS "${table}" (` +
      'id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, ' +
      'applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
  );
  const pending = pendingMigrations(database, folder, table);
  for (const name of pending) {
    const sql = readFileSync(join(folder, name), 'utf8');
    database.exec('BEGIN');
    try {
      database.exec(sql);
      database.prepare(`INSERT INTO "${table}" (name) VALUES (?)`).run(name);
      database.exec('COMMIT');
    } catch (error) {
      // A full disk, for one, has rolled back by itself; a second rollback would be an error that hides it.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
  return pending;
}

/**
 * The names of the migrations that a database still lacks, oldest first.
 *
 * @param table where the applied ones are recorded; it must be there, as it is once `applyMigrations` has run
 */
export function pendingMigrations(database: DatabaseSync, folder: string, table: string): string[] {
  const applied = new Set(
    database
      .prepare(`SELECT name FROM "${table}"`)
      .all()
      .map((row) => row.name),
  );
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !applied.has(name))
    .sort();
}
