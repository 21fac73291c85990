import {
  accountOf,
  platformOf,
  signingOf,
  type Target,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';

/** Longer than any check takes, and than the clocks of Workers are put off. */
const TOKEN_TTL_SECONDS = 86_400;

export interface AccountRow {
  /** A DNS label, as the account database demands. */
  readonly id: string;
  /** A row of db_shard. */
  readonly shardId: string;
  readonly domains?: readonly string[];
}

/**
 * Adds accounts to the account database for the time of some work: a check that moves or deactivates an account must
 * not do so to those that the other checks use. Their documents go with them.
 *
 * @throws what the work throws
 */
export async function withAccounts<Result>(
  target: Target,
  rows: readonly AccountRow[],
  work: (...accounts: TestAccount[]) => Promise<Result>,
): Promise<Result> {
  const { operator } = platformOf(target).platform;
  try {
    const accounts = await Promise.all(rows.map((row) => addAccount(target, row)));
    return await work(...accounts);
  } finally {
    const ids = rows.map(({ id }) => id);
    const isOneOf = `IN (${ids.map(() => '?').join(', ')})`;
    await operator.query('accounts', `DELETE FROM account_domain WHERE account_id ${isOneOf}`, ids);
    await operator.query('accounts', `DELETE FROM account WHERE id ${isOneOf}`, ids);
    for (const shardId of shardIds(target))
      for (const table of tablesOf(target))
        await operator.query(shardId, `DELETE FROM ${table} WHERE account_id ${isOneOf}`, ids);
  }
}

/**
 * @throws PlatformError for an id that is taken or no DNS label, or a shard that is not in db_shard; Error when the target's tokens cannot
 *   be signed: the check did not name `signing` among its needs
 */
async function addAccount(target: Target, { id, shardId, domains = [] }: AccountRow): Promise<TestAccount> {
  const { platform } = platformOf(target);
  const { tokenOf } = signingOf(target);
  const insert = 'INSERT INTO account (id, name, db_shard_id) VALUES (?, ?, ?)';
  await platform.operator.query('accounts', insert, [id, `${id} Ltd`, shardId]);
  for (const domain of domains) {
    const own = 'INSERT INTO account_domain (account_id, hostname) VALUES (?, ?)';
    await platform.operator.query('accounts', own, [id, domain]);
  }
  const { role, urls } = accountOf(target, 'subject');
  return { role, id, token: await tokenOf(id, TOKEN_TTL_SECONDS), urls };
}

/** The shards of the accounts under test. */
const shardIds = (target: Target): string[] => [
  ...new Set(target.accounts.map(({ id }) => platformOf(target).shardOf(id))),
];

export async function setActive(target: Target, accountId: string, isActive: boolean): Promise<void> {
  const { operator } = platformOf(target).platform;
  const update = 'UPDATE account SET is_active = ? WHERE id = ?';
  await operator.query('accounts', update, [isActive ? 1 : 0, accountId]);
}

/** One for each resource, and of its name. */
const tablesOf = ({ system }: Target): readonly string[] => Object.keys(system.resources);

/** Tells the account database that an account is on another shard; its documents stay where they are. */
export async function setShard(target: Target, accountId: string, shardId: string): Promise<void> {
  const { operator } = platformOf(target).platform;
  await operator.query('accounts', 'UPDATE account SET db_shard_id = ? WHERE id = ?', [shardId, accountId]);
}

/** What each table of each shard holds, in figures that any write changes. */
export async function rowCounts(target: Target): Promise<Readonly<Record<string, unknown>>> {
  const { operator } = platformOf(target).platform;
  const figures = tablesOf(target).map(
    (table) => `(SELECT count(*) || ' rows, versions ' || total(_version) FROM ${table}) AS ${table}`,
  );
  const rows = shardIds(target).map(async (shardId) => {
    const [row] = await operator.query(shardId, `SELECT ${figures.join(', ')}`);
    return [shardId, row] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}

/** Within which a Worker must notice a change of an account; a minute where its owner states none. */
export const noticedWithinMs = ({ system }: Target): number => system.limits.accountTtlMs ?? 60_000;
