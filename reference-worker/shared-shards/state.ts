import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { applyMigrations } from '../../migrations/index.ts';
import { type DatabaseFile, prepareDatabase } from '../local/index.ts';
import type { Topology } from '../target/index.ts';

/** What the account database is called on the platform, beside the shards. */
export const ACCOUNTS_DATABASE = 'accounts';
const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations', 'shared-shards');

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

function writeTopology(database: DatabaseSync, { shards, accounts }: Topology): void {
  database.exec('BEGIN');
  database.exec(
    'DELETE FROM account_move; DELETE FROM account_domain; DELETE FROM account; DELETE FROM db_shard',
  );
  const shard = database.prepare('INSERT INTO db_shard (id, binding) VALUES (?, ?)');
  for (const { id, binding } of shards) shard.run(id, binding);
  const account = database.prepare('INSERT INTO account (id, name, db_shard_id) VALUES (?, ?, ?)');
  const domain = database.prepare('INSERT INTO account_domain (account_id, hostname) VALUES (?, ?)');
  for (const { id, name, shardId, domains = [] } of accounts) {
    account.run(id, name, shardId);
    for (const hostname of domains) domain.run(id, hostname);
  }
  database.exec('COMMIT');
}
