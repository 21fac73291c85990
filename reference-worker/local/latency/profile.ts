import { z } from 'zod';
import { POPS } from '../pops.ts';
import { Distribution } from './distribution.ts';

/** Where D1 keeps copies of a database (developers.cloudflare.com/d1/best-practices/read-replication). */
export const REGIONS = ['WNAM', 'ENAM', 'WEUR', 'EEUR', 'APAC', 'OC'] as const;
export const Region = z.enum(REGIONS);
export type Region = z.infer<typeof Region>;

/** `served_by_colo` is the airport's code. */
const Instance = z.strictObject({ region: Region, colo: z.string().regex(/^[A-Z]{3}$/) });
export type Instance = z.infer<typeof Instance>;

/** An instance as routes and accounts name it: the primary, or a replica by its region. */
const InstanceName = z.enum(['primary', ...REGIONS]);

const share = z.number().min(0).max(1);
const count = z.int().positive();

const D1Profile = z.strictObject({
  primary: Instance,
  /**
   * Where read replication is on: one in every region in production, the primary's own included. Empty for a database
   * that never has any.
   */
  replicas: z.array(Instance),
  /**
   * For each PoP, how often the primary and each replica is the one that a session's requests reach; weights, not
   * necessarily of sum 1. Without read replication everything reaches the primary, whatever stands here.
   */
  nearest: z.record(z.enum(POPS), z.partialRecord(InstanceName, z.number().nonnegative())),
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
  cache: z
    .strictObject({
      defaultTtlMs: z.number().positive(),
      /** How many machines of a PoP keep a cache of their own, which may disagree; each read reaches one of them. */
      machinesPerPop: count,
    })
    .nullable(),
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
 * Where a number comes from:
 * - `documented`: Cloudflare states it
 * - `measured`: somebody has published a measurement
 * - `assumption`: nobody has published it; a verdict that rests on it may change with it
 * - `not-modelled`: the profile leaves it out
 */
export const NumberSource = z.strictObject({
  basis: z.enum(['documented', 'measured', 'assumption', 'not-modelled']),
  /** The page that states it, or the reason for it. */
  says: z.string(),
  /** Of one number that was measured with its error: the 95 % interval, of how many samples, and on which day. */
  measurement: z
    .strictObject({
      low: z.number().nonnegative(),
      high: z.number().nonnegative(),
      samples: z.int().positive(),
      on: z.iso.date(),
    })
    .optional(),
});
export type NumberSource = z.infer<typeof NumberSource>;

/**
 * How long things take and how far copies fall behind: everything about D1 and KV that is a number. `sources` says
 * where each number comes from, by its path or the path of what holds it; see `sourcedNumbers`.
 */
export const LatencyProfile = z
  .strictObject({
    name: z.string().min(1),
    description: z.string(),
    d1: D1Profile,
    kv: KvProfile,
    sources: z.record(z.string(), NumberSource),
  })
  .superRefine(({ d1 }, context) => {
    const regions = d1.replicas.map(({ region }) => region);
    const reach = [d1.primary.region, ...regions];
    for (const pop of POPS) {
      const weights = d1.nearest[pop];
      if (weights.primary === undefined)
        complain(context, ['d1', 'nearest', pop], 'must give "primary" a weight, which may be 0');
      const known = ['primary', ...regions] as const;
      if (known.every((name) => !weights[name]))
        complain(context, ['d1', 'nearest', pop], 'must give weight to one of the instances');
      for (const name of Object.keys(weights).filter((each) => !known.some((one) => one === each)))
        complain(context, ['d1', 'nearest', pop], `has no replica in ${name}`);
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

/** A number of a profile, by its path such as `d1.readServiceMs.p50`, and where it comes from. */
export interface SourcedNumber {
  readonly path: string;
  readonly value: number;
  /** The path that `source` is given for: the number's own, or that of what holds it. */
  readonly sourcePath: string | undefined;
  /** Undefined where the profile does not say. */
  readonly source: NumberSource | undefined;
}

/** Every number of a profile, those of D1 first; an assumption is one whose source has that basis. */
export function sourcedNumbers({
  d1,
  kv,
  sources,
}: Pick<LatencyProfile, 'd1' | 'kv' | 'sources'>): SourcedNumber[] {
  return [...numbersIn(d1, 'd1'), ...numbersIn(kv, 'kv')].map(({ path, value }) => {
    const sourcePath = ancestry(path).findLast((each) => Object.hasOwn(sources, each));
    return { path, value, sourcePath, source: sourcePath === undefined ? undefined : sources[sourcePath] };
  });
}

function numbersIn(value: unknown, path: string): { readonly path: string; readonly value: number }[] {
  if (typeof value === 'number') return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, `${path}.${key}`));
}

const ancestry = (path: string): string[] =>
  path.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'));

const complain = (context: z.RefinementCtx, path: string[], message: string): void => {
  context.addIssue({ code: 'custom', path, message });
};
