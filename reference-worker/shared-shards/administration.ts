import type { Operator } from '../local/index.ts';
import type { Administration, WrongShard } from '../target/index.ts';
import { CACHE_NAMESPACE } from './platform.ts';
import { ACCOUNTS_DATABASE } from './state.ts';

/** What an operator of the Worker can do by SQL and in KV. @param tables one for each resource, and of its name */
export function administrationBy(operator: Operator, tables: readonly string[]): Administration {
  const accounts = (sql: string, ...params: string[]) => operator.query(ACCOUNTS_DATABASE, sql, params);
  return {
    accountDatabase: ACCOUNTS_DATABASE,
    async addAccount({ id, shardId, domains = [] }) {
      await accounts(
        'INSERT INTO account (id, name, db_shard_id) VALUES (?, ?, ?)',
        id,
        `${id} Ltd`,
        shardId,
      );
      for (const domain of domains)
        await accounts('INSERT INTO account_domain (account_id, hostname) VALUES (?, ?)', id, domain);
    },
    async removeAccounts(ids, shardIds) {
      const isOneOf = `IN (${ids.map(() => '?').join(', ')})`;
      await accounts(`DELETE FROM account_domain WHERE account_id ${isOneOf}`, ...ids);
      await accounts(`DELETE FROM account WHERE id ${isOneOf}`, ...ids);
      for (const shardId of shardIds)
        for (const table of tables)
          await operator.query(shardId, `DELETE FROM ${table} WHERE account_id ${isOneOf}`, ids);
    },
    async setActive(id, isActive) {
      await accounts(`UPDATE account SET is_active = ${isActive ? 1 : 0} WHERE id = ?`, id);
    },
    async setShard(id, shardId) {
      await accounts('UPDATE account SET db_shard_id = ? WHERE id = ?', shardId, id);
    },
    async exchangeDomains(one, other) {
      await accounts(
        'UPDATE account_domain SET account_id = CASE account_id WHEN ?1 THEN ?2 ELSE ?1 END WHERE account_id IN (?1, ?2)',
        one,
        other,
      );
    },
    wrongBindings: ['ACCOUNTS', 'CACHE', 'BASE_DOMAIN', 'constructor', 'SHARD_NOWHERE', ''],
    withWrongShards: (shards, work) => withWrongShards(accounts, shards, work),
    async storedOn(shardId, accountId, { resource, id }) {
      const select = `SELECT _version, body FROM ${resource} WHERE account_id = ? AND entity_id = ?`;
      const [row] = await operator.query(shardId, select, [accountId, id]);
      return row && { version: Number(row._version), body: String(row.body) };
    },
    async storeOn(shardId, accountId, { resource, id }, { version, body }) {
      const insert = `INSERT OR REPLACE INTO ${resource} (account_id, entity_id, _version, body) VALUES (?, ?, ?, ?)`;
      await operator.query(shardId, insert, [accountId, id, version, body]);
    },
    async rowCounts(shardId) {
      const figures = tables.map(
        (table) => `(SELECT count(*) || ' rows, versions ' || total(_version) FROM ${table}) AS ${table}`,
      );
      const [row = {}] = await operator.query(shardId, `SELECT ${figures.join(', ')}`);
      return row;
    },
    async hideTable(shardId, table) {
      await operator.query(shardId, `ALTER TABLE ${table} RENAME TO ${table}_migrated`);
      return async () => {
        await operator.query(shardId, `ALTER TABLE ${table}_migrated RENAME TO ${table}`);
      };
    },
    cache: {
      namespace: CACHE_NAMESPACE,
      keyOf: ({ id: account }, { resource, id }) => `v1:${account}:${resource}:${id}`,
    },
    isInternal: (word) =>
      ['db_shard', 'account_id', 'entity_id'].includes(word) || /^SHARD_[A-Z0-9]+$/.test(word),
  };
}

/** The table db_shard stands behind a view meanwhile, because its own constraints refuse such rows. */
async function withWrongShards(
  accounts: (sql: string) => Promise<unknown>,
  shards: readonly WrongShard[],
  work: () => Promise<void>,
): Promise<void> {
  for (const [index, { shardId }] of shards.entries())
    await accounts(`INSERT INTO db_shard (id, binding) VALUES ('${shardId}', 'SHARD_PRETENDED_${index}')`);
  await accounts('ALTER TABLE db_shard RENAME TO db_shard_kept');
  const cases = shards.flatMap(({ binding }, index) =>
    binding === undefined ? [] : `WHEN 'SHARD_PRETENDED_${index}' THEN '${binding}'`,
  );
  const hidden = shards.flatMap(({ shardId, binding }) => (binding === undefined ? `'${shardId}'` : []));
  await accounts(
    `CREATE VIEW db_shard AS SELECT id, CASE binding ${cases.join(' ')} ELSE binding END AS binding ` +
      `FROM db_shard_kept WHERE id NOT IN (${hidden.join(', ')})`,
  );
  try {
    await work();
  } finally {
    await accounts('DROP VIEW db_shard');
    await accounts('ALTER TABLE db_shard_kept RENAME TO db_shard');
    await accounts("DELETE FROM db_shard WHERE binding LIKE 'SHARD_PRETENDED_%'");
  }
}
