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
  /** Likewise those that no answer waits for: of a schedule, or of what a request leaves to be done after its answer. */
  readonly unawaited?: number;
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

/** What was asked of a Worker in a stretch of time. */
export interface Answered {
  /** At least 1. */
  readonly requests: number;
  /** Those of them that write. */
  readonly writes: number;
  /** How long an answer to one of these took, on average: more writes than that are none that it has waited for. */
  readonly writeAnswerMs?: number;
}

/**
 * Reads the demand from the data plane's account of a stretch in which nothing was refused.
 *
 * The account does not tell reads and writes of an instance apart; their shares are those with which the profile's mean
 * service times come to the one that was seen.
 *
 * @param answered in the same stretch
 */
export function demandOf(
  { databases, kv }: PlatformUse,
  { requests, writes, writeAnswerMs = Number.POSITIVE_INFINITY }: Answered,
  { readServiceMs, writeServiceMs, roundTripMs, primary }: D1Profile,
): Demand {
  const [readMs, writeMs] = [meanMs(readServiceMs), meanMs(writeServiceMs)];
  const nearestMs = Math.min(...Object.values(roundTripMs).map((to) => meanMs(to[primary.region] ?? 0)));
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
        const factor = expectedMs === 0 ? 1 : serviceMs / expectedMs;
        const all = (share * served) / Math.max(1, writes);
        const awaited = Math.min(all, Math.max(1, writeAnswerMs / (nearestMs + factor * writeMs)));
        return {
          ...{ database, instance, factor },
          reads: ((1 - share) * served) / requests,
          writes: awaited,
          ...(all > awaited && { unawaited: all - awaited }),
        };
      }),
    cachedKeys: cached / requests,
    centralKeys: (keys - cached) / requests,
  };
}
