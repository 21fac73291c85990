import type { StorageHeadroom } from '../../reports/schema/index.ts';

/** D1's limit for one database, which cannot be raised (developers.cloudflare.com/d1/platform/limits). */
export const SHARD_LIMIT_BYTES = 10_000_000_000;

/** The ten years of A5. */
export const HISTORY_MONTHS = 120;

/**
 * How long a shard can go on growing as it does.
 *
 * @param bytes the size of its file now
 * @param growthBytesPerMonth at least 0
 * @returns `monthsLeft` 0 when it is full already, and null when it does not grow
 */
export function storageOf(shardId: string, bytes: number, growthBytesPerMonth: number): StorageHeadroom {
  const leftBytes = Math.max(0, SHARD_LIMIT_BYTES - bytes);
  return {
    shardId,
    bytes,
    limitBytes: SHARD_LIMIT_BYTES,
    growthBytesPerMonth,
    monthsLeft: growthBytesPerMonth > 0 ? leftBytes / growthBytesPerMonth : null,
  };
}
