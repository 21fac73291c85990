import { z } from 'zod';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();

/** What one instance of a D1 database has done since it was opened. */
export const DatabaseUsage = z.strictObject({
  database: z.string(),
  /** `primary`, or the region of a replica. */
  instance: z.string(),
  /** Those that it began to serve; who was refused or gave up in the queue is not among them. */
  requests: count,
  /** Time in which it was serving: the modelled time, or that of the SQL where it was longer. */
  busyMs: ms,
  /** Time that the requests it served had waited for their turn. */
  queueMs: ms,
  /** The most that ever waited at once. */
  longestQueue: count,
});
export type DatabaseUsage = z.infer<typeof DatabaseUsage>;

/** What one KV namespace was asked since it was opened, failures of its own included, refused requests not. */
export const NamespaceUsage = z.strictObject({
  namespace: z.string(),
  /** Keys, whether or not they were there; a bulk read counts each, as Cloudflare does. */
  reads: count,
  /** Those of the reads that the cache of a PoP answered. */
  cachedReads: count,
  writes: count,
  deletes: count,
  lists: count,
});
export type NamespaceUsage = z.infer<typeof NamespaceUsage>;

/** What one R2 bucket was asked since the start, its failures included; an upload in parts is a write for each of its calls. */
export const BucketUsage = z.strictObject({
  bucket: z.string(),
  reads: count,
  writes: count,
  deletes: count,
  lists: count,
});
export type BucketUsage = z.infer<typeof BucketUsage>;

/** What the data plane has done since its start. Counts and times only rise: two readings can be subtracted. */
export const Usage = z.strictObject({
  /** How late the event loop of its busiest thread ran, in 99 of 100 observations since the start. */
  eventLoopDelayP99Ms: ms,
  databases: z.array(DatabaseUsage),
  kv: z.array(NamespaceUsage),
  buckets: z.array(BucketUsage),
});
export type Usage = z.infer<typeof Usage>;

export const NO_USAGE: Usage = { eventLoopDelayP99Ms: 0, databases: [], kv: [], buckets: [] };

/** The account of the whole from those of its parts: a thread that is late makes the data plane late. */
export const mergeUsage = (usages: readonly Usage[]): Usage => ({
  eventLoopDelayP99Ms: Math.max(0, ...usages.map(({ eventLoopDelayP99Ms }) => eventLoopDelayP99Ms)),
  databases: usages.flatMap(({ databases }) => databases),
  kv: usages.flatMap(({ kv }) => kv),
  buckets: usages.flatMap(({ buckets }) => buckets),
});
