import * as z from 'zod';
import { BoundedMap } from './bounded-map.ts';
import { findAccount, prepare } from './statements.ts';

export interface Account {
  readonly id: string;
  readonly isActive: boolean;
  readonly shardId: string;
  /** The binding that the account database names; undefined when the shard is unknown there. */
  readonly shardBinding: string | undefined;
  readonly domains: readonly string[];
}

/** A deactivated or moved account is noticed within this time, in every isolate; one that moves is not remembered. */
export const ACCOUNT_TTL_MS = 5_000;

const Row = z.object({
  ...{ is_active: z.number(), is_moving: z.number() },
  db_shard_id: z.string(),
  binding: z.string().nullable(),
  domains: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
});

// Plain data only: workerd forbids sharing a pending promise between requests, so a miss is not shared.
const cache = new BoundedMap<string, { account: Account; expiresAtMs: number }>(1_000);

/**
 * Looks an account up, from memory for up to ACCOUNT_TTL_MS. An unknown account is not remembered: only a
 * signed token gets this far, and a new account should work at once.
 */
export async function lookUpAccount(database: D1Database, accountId: string): Promise<Account | undefined> {
  const known = cache.get(accountId);
  if (known && known.expiresAtMs > Date.now()) return known.account;
  // The primary: a replica may not yet know that an account was deactivated.
  const session = database.withSession('first-primary');
  const found = await prepare(session, accountId, findAccount()).first();
  if (!found) return undefined;
  const row = Row.parse(found);
  const account: Account = {
    id: accountId,
    isActive: row.is_active === 1,
    shardId: row.db_shard_id,
    shardBinding: row.binding ?? undefined,
    domains: row.domains,
  };
  if (row.is_moving === 0) cache.set(accountId, { account, expiresAtMs: Date.now() + ACCOUNT_TTL_MS });
  return account;
}
