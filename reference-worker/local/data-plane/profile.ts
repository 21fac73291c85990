import { z } from 'zod';
import { POPS } from '../topology.ts';
import { Distribution } from './distribution.ts';

/** Where D1 keeps copies of a database (developers.cloudflare.com/d1/best-practices/read-replication). */
export const REGIONS = ['WNAM', 'ENAM', 'WEUR', 'EEUR', 'APAC', 'OC'] as const;
export const Region = z.enum(REGIONS);
export type Region = z.infer<typeof Region>;

/** `served_by_colo` is the airport's code. */
const Instance = z.strictObject({ region: Region, colo: z.string().regex(/^[A-Z]{3}$/) });
export type Instance = z.infer<typeof Instance>;

const share = z.number().min(0).max(1);
const count = z.int().positive();

const D1Profile = z.strictObject({
  primary: Instance,
  /** In production there is one in every region, the primary's own included. */
  replicas: z.array(Instance).min(1),
  /** For each PoP, how often each replica is the one that its requests reach; weights, not necessarily of sum 1. */
  nearest: z.record(z.enum(POPS), z.partialRecord(Region, z.number().nonnegative())),
  /** From a PoP to an instance and back. */
  roundTripMs: z.record(z.enum(POPS), z.partialRecord(Region, Distribution)),
  /** From a replica to the primary and back: what a write pays that reached a replica. */
  forwardingMs: z.partialRecord(Region, Distribution),
  /** How long a request that only reads, and one that writes, occupies the database. */
  readServiceMs: Distribution,
  writeServiceMs: Distribution,
  /** What each further statement of a batch adds. */
  furtherStatementMs: Distribution,
  /** From the commit until a replica shows it, for a commit at a random moment. */
  replicaLagMs: Distribution,
  /** How long a replica keeps one lag before it gets the next: commits close to each other are late alike. */
  lagHoldMs: z.number().positive(),
  /** How many requests may wait for one instance, and for how long; beyond that D1's two overload errors. */
  queueLimit: count,
  queueWaitMs: z.number().positive(),
  /** How long a replica waits for a bookmark before it gives up. */
  bookmarkWaitMs: z.number().positive(),
  statementLimitMs: z.number().positive(),
  databaseLimitBytes: count,
});

const KvProfile = z.strictObject({
  /** null: no PoP caches anything, and every read sees the central store. */
  cache: z.strictObject({ defaultTtlMs: z.number().positive() }).nullable(),
  /** From a write until the central store answers with it, for each PoP but the writer's. */
  propagationMs: Distribution,
  /** How often a write is visible at once where it was made; otherwise it propagates there like anywhere. */
  visibleAtWriterShare: share,
  cachedReadMs: Distribution,
  centralReadMs: Distribution,
  writeMs: Distribution,
  /** null: no limit. */
  writesPerSecondPerKey: count.nullable(),
  /** How long a deleted key still takes a place in a page of a list. */
  tombstoneMs: z.number().nonnegative(),
});

/**
 * How long things take and how far copies fall behind: everything about D1 and KV that is a number. `sources` says
 * where each number comes from, by its path or the path of what holds it.
 */
export const LatencyProfile = z
  .strictObject({
    name: z.string().min(1),
    description: z.string(),
    d1: D1Profile,
    kv: KvProfile,
    sources: z.record(z.string(), z.string()),
  })
  .superRefine(({ d1 }, context) => {
    const regions = d1.replicas.map(({ region }) => region);
    const reach = [d1.primary.region, ...regions];
    for (const pop of POPS) {
      const weights = d1.nearest[pop];
      const total = regions.reduce((sum, region) => sum + (weights[region] ?? 0), 0);
      if (total === 0) complain(context, ['d1', 'nearest', pop], 'must give weight to one of the replicas');
      for (const region of Object.keys(weights).filter((name) => !regions.some((known) => known === name)))
        complain(context, ['d1', 'nearest', pop], `has no replica in ${region}`);
      for (const region of reach.filter((name) => d1.roundTripMs[pop][name] === undefined))
        complain(context, ['d1', 'roundTripMs', pop], `lacks ${region}`);
    }
    for (const region of regions.filter((name) => d1.forwardingMs[name] === undefined))
      complain(context, ['d1', 'forwardingMs'], `lacks ${region}`);
    if (new Set(regions).size < regions.length)
      complain(context, ['d1', 'replicas'], 'must have one replica at most in a region');
  });
export type LatencyProfile = z.infer<typeof LatencyProfile>;
export type D1Profile = LatencyProfile['d1'];
export type KvProfile = LatencyProfile['kv'];

const complain = (context: z.RefinementCtx, path: string[], message: string): void => {
  context.addIssue({ code: 'custom', path, message });
};
