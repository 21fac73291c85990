import {
  type AddedAccount,
  accountOf,
  administrationOf,
  platformOf,
  signingOf,
  type Target,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';

/** Longer than any check takes, and than the clocks of Workers are put off. */
const TOKEN_TTL_SECONDS = 86_400;

/**
 * Adds accounts to the account database for the time of some work: a check that moves or deactivates an account must
 * not do so to those that the other checks use. Their documents go with them.
 *
 * @throws what the work throws; PlatformError where an account cannot be added; Error when the target's tokens cannot be signed: the
 *   check did not name `signing` among its needs
 */
export async function withAccounts<Result>(
  target: Target,
  rows: readonly AddedAccount[],
  work: (...accounts: TestAccount[]) => Promise<Result>,
): Promise<Result> {
  const administration = administrationOf(target);
  const { tokenOf } = signingOf(target);
  const { role, urls } = accountOf(target, 'subject');
  const add = async (row: AddedAccount): Promise<TestAccount> => {
    await administration.addAccount(row);
    return { role, id: row.id, token: await tokenOf(row.id, TOKEN_TTL_SECONDS), urls };
  };
  try {
    return await work(...(await Promise.all(rows.map(add))));
  } finally {
    const ids = rows.map(({ id }) => id);
    await administration.removeAccounts(ids, shardIds(target));
  }
}

/** The shards of the accounts under test. */
const shardIds = (target: Target): string[] => [
  ...new Set(target.accounts.map(({ id }) => platformOf(target).shardOf(id))),
];

/** What each table of each shard holds, in figures that any write changes. */
export async function rowCounts(target: Target): Promise<Readonly<Record<string, unknown>>> {
  const { rowCounts: countsOn } = administrationOf(target);
  const rows = shardIds(target).map(async (shardId) => [shardId, await countsOn(shardId)] as const);
  return Object.fromEntries(await Promise.all(rows));
}

/** Within which a Worker must notice a change of an account; a minute where its owner states none. */
export const noticedWithinMs = ({ system }: Target): number => system.limits.accountTtlMs ?? 60_000;
