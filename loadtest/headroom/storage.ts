import type { StorageHeadroom } from '../../reports/schema/index.ts';

/** D1's limit for one database, which cannot be raised (developers.cloudflare.com/d1/platform/limits). */
export const SHARD_LIMIT_BYTES = 10_000_000_000;

/** Assumption: ten years. */
export const HISTORY_MONTHS = 120;

/** The growth model: the documents of an account say how fast it grows, whatever the pace of the users of a run. */
export const TENANTS_ASSUMPTION =
  'Each tenant grows by what the tenants file says, every year the same (growth model: tenants, a straight line).';
export const GROWTH_ASSUMPTION = `A shard goes on growing as it has (growth model: history): what it holds came in ${HISTORY_MONTHS} months (assumption).`;

/**
 * How long a shard can go on growing: by its history, and beside it by what the users of the run write.
 *
 * @param bytes the size of its file now
 * @param ofLoad what so many people at work write to it in a month; undefined: they write to another one
 * @param ofTenants what comes to it in a month as the tenants file says; undefined: no file does
 * @returns `monthsLeft` 0 when it is full already, and null when it does not grow
 */
export function storageOf(
  shardId: string,
  bytes: number,
  ofLoad: { readonly people: number; readonly growthBytesPerMonth: number } | undefined,
  ofTenants?: number,
): StorageHeadroom {
  const leftBytes = Math.max(0, SHARD_LIMIT_BYTES - bytes);
  const monthsAt = (growthBytesPerMonth: number) => ({
    growthBytesPerMonth,
    monthsLeft: growthBytesPerMonth > 0 ? leftBytes / growthBytesPerMonth : null,
  });
  return {
    ...{
      shardId,
      bytes,
      limitBytes: SHARD_LIMIT_BYTES,
      growthModel: ofTenants === undefined ? 'history' : 'tenants',
    },
    ...monthsAt(ofTenants ?? bytes / HISTORY_MONTHS),
    ...(ofLoad ? { ofLoad: { people: ofLoad.people, ...monthsAt(ofLoad.growthBytesPerMonth) } } : {}),
  };
}
