import type { ManyTenants } from '../../reports/schema/index.ts';
import { sum } from '../sum.ts';
import { type MonthlyUse, minimumUsd, type Prices } from './cost.ts';

/** developers.cloudflare.com/workers/platform/limits: Workers of one Cloudflare account, Workers Paid. */
const WORKERS_OF_AN_ACCOUNT = 500;
/** developers.cloudflare.com/d1/platform/limits: it cannot be raised. */
const SHARD_GB = 10;
const COUNTS = [10, 100, 1_000, 10_000] as const;

export const MANY_TENANTS_ASSUMPTION =
  'The bills of many tenants are whole bills of a month: each Cloudflare account pays its minimum and has what is included once; ' +
  `tenants who share fill shards of ${SHARD_GB} GB in one account, and of those with deployments of their own ` +
  `${WORKERS_OF_AN_ACCOUNT} are in one account, because it has no more Workers.`;

/** What many tenants like this one pay in a month, sharing and each alone, on one basis (C8). @param use of one of them */
export const billsOfMany = (use: MonthlyUse, dated: Prices): ManyTenants[] =>
  COUNTS.map((tenants) => {
    const shards = Math.max(1, Math.ceil((tenants * use.storageGb) / SHARD_GB));
    const accounts = Math.ceil(tenants / WORKERS_OF_AN_ACCOUNT);
    return {
      ...{ tenants, shards, accounts },
      sharedUsd: billOfAll(tenants, use, { databases: shards, accounts: 1 }, dated),
      deploymentsUsd: billOfAll(tenants, use, { databases: tenants, accounts }, dated),
    };
  });

const billOfAll = (
  tenants: number,
  use: MonthlyUse,
  { databases, accounts }: { readonly databases: number; readonly accounts: number },
  dated: Prices,
): number =>
  accounts * minimumUsd +
  sum(
    dated.map(({ charge, included, usd, per }) => {
      const used = charge === 'databases' ? databases : tenants * use[charge];
      return (Math.max(0, used - accounts * included) / per) * usd;
    }),
  );
