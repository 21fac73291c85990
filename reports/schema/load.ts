import { z } from 'zod';
import { Latency } from './latency.ts';

/** Requests of one operation in the phases that count; of a ladder on the highest rung that kept its objectives. */
export const OperationResult = z.strictObject({
  name: z.string(),
  kind: z.enum(['read', 'write']),
  requests: z.int().nonnegative(),
  failures: z.int().nonnegative(),
  latency: Latency,
  objectiveP95Ms: z.number().positive(),
  /** Not in runs from before there was one. */
  objectiveP99Ms: z.number().positive().optional(),
});
export type OperationResult = z.infer<typeof OperationResult>;

/** The finest cut: everything coarser is a merge of these. The same phases as those of the operations. */
export const Series = z.strictObject({
  operation: z.string(),
  account: z.string(),
  pop: z.string(),
  /** The deployment that answered. */
  placement: z.string(),
  requests: z.int().nonnegative(),
  failures: z.int().nonnegative(),
  latency: Latency,
});
export type Series = z.infer<typeof Series>;

/** What one phase of the scenario came to. */
export const PhaseOfLoad = z.strictObject({
  name: z.string(),
  counts: z.boolean(),
  seconds: z.number().nonnegative(),
  /** Mean over the phase. */
  virtualUsers: z.number().nonnegative(),
  requests: z.int().nonnegative(),
  failures: z.int().nonnegative(),
  requestsPerSecond: z.number().nonnegative(),
  latency: Latency,
});
export type PhaseOfLoad = z.infer<typeof PhaseOfLoad>;

export const SecondOfRun = z.strictObject({
  second: z.int().nonnegative(),
  virtualUsers: z.int().nonnegative(),
  requests: z.int().nonnegative(),
  failures: z.int().nonnegative(),
  p50Ms: z.number().nonnegative(),
  p95Ms: z.number().nonnegative(),
});
export type SecondOfRun = z.infer<typeof SecondOfRun>;

/** Where the time of a request goes, as the Worker's Server-Timing says; phases that count only. */
export const ServicePart = z.strictObject({
  /** `route`, `d1`, `kv`, `app` (the rest of the Worker), or `outside`: network, sockets, queues before the Worker. */
  part: z.string(),
  /** Who served it, as in `WEUR replica`; empty where there is no such thing. */
  servedBy: z.string(),
  latency: Latency,
  /** Of the sum of all requests' latencies. */
  shareOfTime: z.number().min(0).max(1),
});
export type ServicePart = z.infer<typeof ServicePart>;

/** What one database of the data plane did in the phases that count. */
export const DatabaseUse = z.strictObject({
  /** `accounts` or a shard's id. */
  database: z.string(),
  /** The primary, or the region of a replica. */
  instance: z.string(),
  requests: z.int().nonnegative(),
  /** D1 serves one request at a time: the share of time in which it was serving one. */
  utilisation: z.number().min(0),
  meanServiceMs: z.number().nonnegative(),
  meanQueueMs: z.number().nonnegative(),
  longestQueue: z.int().nonnegative(),
});
export type DatabaseUse = z.infer<typeof DatabaseUse>;

/** What each request took of the stores behind the Worker, on average over the phases that count. */
export const StoreUse = z.strictObject({
  databaseQueries: z.number().nonnegative(),
  /** Keys; those of them that a PoP's cache answered are `kvCachedReads`. */
  kvReads: z.number().nonnegative(),
  kvCachedReads: z.number().nonnegative(),
  kvWrites: z.number().nonnegative(),
  kvDeletes: z.number().nonnegative(),
});
export type StoreUse = z.infer<typeof StoreUse>;

export const ProcessUsage = z.strictObject({
  role: z.enum(['generator', 'worker', 'data-plane']),
  name: z.string(),
  meanCpuPercent: z.number().nonnegative(),
  peakCpuPercent: z.number().nonnegative(),
  peakMemoryBytes: z.int().nonnegative(),
});
export type ProcessUsage = z.infer<typeof ProcessUsage>;
