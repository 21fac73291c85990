import { z } from 'zod';

export const AccountOnShard = z.strictObject({
  id: z.string(),
  shardId: z.string(),
  underTest: z.boolean(),
  documents: z.int().nonnegative(),
  documentBytes: z.int().nonnegative(),
});
export type AccountOnShard = z.infer<typeof AccountOnShard>;

/** Whether the databases had replicas, in the words of Cloudflare's API (`read_replication.mode`). */
export const ReadReplication = z.enum(['disabled', 'auto']);
export type ReadReplication = z.infer<typeof ReadReplication>;

/** A fault that was planned for the data plane, and what became of it. */
export const PlannedFault = z.strictObject({
  id: z.string(),
  kind: z.string(),
  /** As planned: when, for whom, how strongly. */
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  /** null: not known, because the data plane died before it could say. */
  count: z.int().nonnegative().nullable(),
  /** The first ones; `count` counts them all. */
  firings: z.array(
    z.strictObject({
      /** Since the platform was ready. */
      atMs: z.number().nonnegative(),
      database: z.string().optional(),
      region: z.string().optional(),
      pop: z.string().optional(),
      access: z.string().optional(),
      namespace: z.string().optional(),
      operation: z.string().optional(),
      key: z.string().optional(),
    }),
  ),
});
export type PlannedFault = z.infer<typeof PlannedFault>;

/** The machine and the versions that a run was made with. */
export const Environment = z.strictObject({
  commit: z.string(),
  uncommittedChanges: z.boolean(),
  platform: z.string(),
  cpuModel: z.string(),
  cpuCount: z.int().positive(),
  memoryBytes: z.int().positive(),
  nodeVersion: z.string(),
  workerdVersion: z.string(),
});
export type Environment = z.infer<typeof Environment>;

const Share = z.number().min(0).max(1);

/** One stretch of the load's shape; the load moves in a straight line from the phase before to `share`. */
export const Phase = z.strictObject({
  /** Unique in the scenario; it tags every sample. */
  name: z.string().regex(/^[a-z0-9-]+$/),
  seconds: z.number().positive(),
  /** Of the users (closed model) or of the offered rate (open model) at the end of the phase. */
  share: Share,
  /** Whether it is measured; the others are warm-up. Guarantees are checked in all of them. */
  counts: z.boolean(),
  /** `hottest`: visitors all look at one document, which hardly anybody had looked at. `writes`: who writes in some rounds does so in every one. */
  surge: z.enum(['hottest', 'writes']).optional(),
});
export type Phase = z.infer<typeof Phase>;

const Range = z.strictObject({ low: z.number().positive(), high: z.number().positive() });

/** The load as it was asked for. */
export const ScenarioOfRun = z.strictObject({
  name: z.string(),
  why: z.string(),
  /** closed: a user waits for its answer and then thinks. open: requests start on schedule, whatever came back. */
  model: z.enum(['closed', 'open']),
  seed: z.int().nonnegative(),
  /** How many times as slow as in production it ran, where it did; every time in the result is production's. */
  slowMotion: z.int().min(2).optional(),
  virtualUsers: z.int().positive(),
  /** What these users ask for together when answers take no time. */
  offeredPerSecond: z.number().positive(),
  phases: z.array(Phase).min(1),
  thinkTimeMedianMs: z.number().positive(),
  thinkTimeSigma: z.number().positive(),
  zipfExponent: z.number().positive(),
  popShares: z.record(z.string(), z.number()),
  /** Of all that people do, and of which accounts: equal when and only when that is. Not in older runs. */
  journeyHash: z.string().optional(),
  /** Of the account that was asked for; like what follows not in older runs. */
  sizeBytes: z.int().positive().optional(),
  /** What the target was held to. */
  objectives: z
    .strictObject({
      /** The strictest and the most lenient of the operations. */
      p95Ms: Range,
      p99Ms: Range,
      /** Of all requests together. */
      failureBudget: Share,
      longestStallMs: z.number().positive(),
    })
    .optional(),
});
export type ScenarioOfRun = z.infer<typeof ScenarioOfRun>;
