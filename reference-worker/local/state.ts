import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { applyMigrations } from '../../migrations/index.ts';
import { PlatformError } from './errors.ts';
import type { Topology } from './topology.ts';

export const ACCOUNTS_DATABASE = 'accounts';
const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations', 'shared-shards');
export const CACHE_NAMESPACE = 'cache';

export interface DatabaseFile {
  readonly id: string;
  readonly file: string;
}

/** Where a database of the platform lives: `accounts`, or the id of a shard. */
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

/**
 * Brings every database of a topology to the newest schema, creates what is missing, and makes the account
 * database say exactly what the topology says. Documents in a shard are left as they are.
 *
 * @throws PlatformError `corrupt_state` naming the file; nothing is deleted
 */
export function prepareState(topology: Topology, stateDir: string): DatabaseFile[] {
  const prepare = (id: string, folder: string, then: (database: DatabaseSync) => void): DatabaseFile =>
    prepareDatabase(stateDir, id, (database) => {
      applyMigrations(database, join(MIGRATIONS, folder));
      then(database);
    });
  return [
    prepare(ACCOUNTS_DATABASE, 'accounts', (database) => writeTopology(database, topology)),
    ...topology.shards.map(({ id }) => prepare(id, 'shard', () => undefined)),
  ];
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

function writeTopology(database: DatabaseSync, { shards, accounts }: Topology): void {
  database.exec('BEGIN');
  database.exec('DELETE FROM account_domain; DELETE FROM account; DELETE FROM db_shard');
  const shard = database.prepare('INSERT INTO db_shard (id, binding) VALUES (?, ?)');
  for (const { id, binding } of shards) shard.run(id, binding);
  const account = database.prepare('INSERT INTO account (id, name, db_shard_id) VALUES (?, ?, ?)');
  const domain = database.prepare('INSERT INTO account_domain (account_id, hostname) VALUES (?, ?)');
  for (const { id, name, shardId, domains } of accounts) {
    account.run(id, name, shardId);
    for (const hostname of domains) domain.run(id, hostname);
  }
  database.exec('COMMIT');
}
