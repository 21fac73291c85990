import type { DatabaseUse, RunResult, StoreUse } from '../../reports/schema/index.ts';
import type { PlatformUse } from '../platform-use/index.ts';
import { shortHash } from '../short-hash.ts';
import { sum } from '../sum.ts';
import type { Evidence } from '../verdict/index.ts';
import { outcomesOf } from '../verdict/index.ts';
import type { RunFacts } from './facts.ts';
import { modelledParts } from './modelled.ts';

/** How D1 and KV behaved. */
export function behaviourOf(
  { behaviour, faultReports }: Pick<Evidence, 'behaviour' | 'faultReports'>,
  { kvCache }: Pick<RunFacts, 'kvCache'>,
): RunResult['behaviour'] {
  const { latency, readReplication, seed, foreignBookmarks } = behaviour;
  return {
    latencyProfile: { name: latency.name, description: latency.description },
    hash: shortHash(behaviour),
    readReplication,
    seed,
    foreignBookmarks,
    modelled: modelledParts(behaviour, kvCache),
    faults: outcomesOf(behaviour, faultReports),
  };
}

/** Which account was where, with how much. */
export function topologyOf({ topology, underTest, kvCache, shards }: RunFacts): RunResult['topology'] {
  return {
    name: topology.name,
    kvCache,
    shardFileBytes: Object.fromEntries(shards.map(({ shardId, manifest }) => [shardId, manifest.fileBytes])),
    accounts: shards.flatMap(({ shardId, manifest }) =>
      manifest.accounts.map(({ plan, documents, documentBytes }) => ({
        id: plan.account,
        shardId,
        underTest: plan.account === underTest,
        documents,
        documentBytes,
      })),
    ),
  };
}

/** What each database did; those that nobody asked are left out. */
export function databasesOf({ observedMs, databases }: PlatformUse): DatabaseUse[] {
  return databases
    .filter(({ requests }) => requests > 0)
    .map(({ database, instance, requests, busyMs, queueMs, longestQueue }) => ({
      ...{ database, instance, requests, longestQueue },
      utilisation: observedMs === 0 ? 0 : busyMs / observedMs,
      meanServiceMs: busyMs / requests,
      meanQueueMs: queueMs / requests,
    }));
}

/**
 * What each request took, by the rates of both: readings of the data plane cover nearly all of the phases that count.
 *
 * @returns undefined where nothing was read, or nobody asked
 */
export function storesOf(
  { observedMs, databases, kv }: PlatformUse,
  requestsPerSecond: number,
): StoreUse | undefined {
  const requests = (observedMs / 1000) * requestsPerSecond;
  if (requests === 0) return undefined;
  const perRequest = (counts: readonly number[]): number => sum(counts) / requests;
  return {
    databaseQueries: perRequest(databases.map((each) => each.requests)),
    kvReads: perRequest(kv.map(({ reads }) => reads)),
    kvCachedReads: perRequest(kv.map(({ cachedReads }) => cachedReads)),
    kvWrites: perRequest(kv.map(({ writes }) => writes)),
    kvDeletes: perRequest(kv.map(({ deletes }) => deletes)),
  };
}
