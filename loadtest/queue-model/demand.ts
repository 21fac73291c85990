import type { D1Profile } from '../../reference-worker/target/index.ts';
import type { PlatformUse } from '../platform-use/index.ts';
import { meanMs } from './mean-duration.ts';

/** What the Worker asks of one instance of a database. */
export interface InstanceDemand {
  readonly database: string;
  /** `primary`, or the region of a replica. */
  readonly instance: string;
  /** Per request to the Worker, whatever it does. */
  readonly reads: number;
  /** Per request that writes. */
  readonly writes: number;
  /** What the profile's service times are multiplied by: further statements, and SQL that takes longer than the model. */
  readonly factor: number;
}

/** What the Worker asks of D1 and KV, as the data plane counted it. */
export interface Demand {
  readonly instances: readonly InstanceDemand[];
  /** Keys read per request from the cache of a PoP, and from the central store. */
  readonly cachedKeys: number;
  readonly centralKeys: number;
}

/**
 * Reads the demand from the data plane's account of a stretch in which nothing was refused.
 *
 * The account does not tell reads and writes of an instance apart; their shares are those with which the profile's mean
 * service times come to the one that was seen.
 *
 * @param requests to the Worker, and those of them that write, in the same stretch; at least 1
 */
export function demandOf(
  { databases, kv }: PlatformUse,
  { requests, writes }: { readonly requests: number; readonly writes: number },
  { readServiceMs, writeServiceMs }: D1Profile,
): Demand {
  const [readMs, writeMs] = [meanMs(readServiceMs), meanMs(writeServiceMs)];
  const keys = kv.reduce((sum, { reads }) => sum + reads, 0);
  const cached = kv.reduce((sum, { cachedReads }) => sum + cachedReads, 0);
  return {
    instances: databases
      .filter((use) => use.requests > 0)
      .map(({ database, instance, requests: served, busyMs }) => {
        const serviceMs = busyMs / served;
        const canWrite = instance === 'primary' && writes > 0 && writeMs > readMs;
        const share = canWrite ? Math.min(1, Math.max(0, (serviceMs - readMs) / (writeMs - readMs))) : 0;
        const expectedMs = share * writeMs + (1 - share) * readMs;
        return {
          database,
          instance,
          reads: ((1 - share) * served) / requests,
          writes: (share * served) / Math.max(1, writes),
          factor: expectedMs === 0 ? 1 : serviceMs / expectedMs,
        };
      }),
    cachedKeys: cached / requests,
    centralKeys: (keys - cached) / requests,
  };
}
