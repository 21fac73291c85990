import { z } from 'zod';

/**
 * The versioned run result: what a run writes as result.json, and the only input of every renderer.
 * Units are the last word of a name. A percentile always comes from a merged histogram (design rule 6).
 */

export const SCHEMA_VERSION = 2;

export const Outcome = z.enum(['PASS', 'FAIL', 'INCONCLUSIVE', 'VOID']);
export type Outcome = z.infer<typeof Outcome>;

/** The exit code of a command whose run ended with this outcome; 4 is kept for usage errors. */
export const exitCodeOf: Readonly<Record<Outcome, number>> = { PASS: 0, FAIL: 1, INCONCLUSIVE: 2, VOID: 3 };
export const USAGE_EXIT_CODE = 4;

/** One thing that was watched, the bound it was held to, and what a breach means for the verdict. */
export const Signal = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** safety: a broken guarantee; validity: the measurement itself; objective: the target was too slow. */
  kind: z.enum(['safety', 'validity', 'objective']),
  requirement: z.string().optional(),
  /** null: not measured. Such a signal never holds: what was not seen proves nothing. */
  observed: z.number().nullable(),
  bound: z.number(),
  comparison: z.enum(['at most', 'at least']),
  unit: z.string(),
  holds: z.boolean(),
  onBreach: z.enum(['FAIL', 'INCONCLUSIVE', 'VOID']),
  /** Why this bound: shown beside the signal, so that a reader can disagree with it. */
  why: z.string(),
});
export type Signal = z.infer<typeof Signal>;

export const Verdict = z.strictObject({
  outcome: Outcome,
  /** The id of the signal that decided; `none` when every signal holds. */
  signal: z.string(),
  reason: z.string(),
});
export type Verdict = z.infer<typeof Verdict>;

export const Latency = z.strictObject({
  count: z.int().nonnegative(),
  meanMs: z.number().nonnegative(),
  p50Ms: z.number().nonnegative(),
  p90Ms: z.number().nonnegative(),
  p95Ms: z.number().nonnegative(),
  p99Ms: z.number().nonnegative(),
  p999Ms: z.number().nonnegative(),
  maxMs: z.number().nonnegative(),
  /** The HDR histogram itself (V2, compressed, base64, microseconds), so that runs can be merged exactly. */
  histogram: z.string(),
});
export type Latency = z.infer<typeof Latency>;

/** Requests of one operation in the measured window (the hold; the ramp is warm-up). */
export const Operation = z.strictObject({
  name: z.string(),
  kind: z.enum(['read', 'write']),
  requests: z.int().nonnegative(),
  failures: z.int().nonnegative(),
  latency: Latency,
  objectiveP95Ms: z.number().positive(),
});
export type Operation = z.infer<typeof Operation>;

export const SecondOfRun = z.strictObject({
  second: z.int().nonnegative(),
  virtualUsers: z.int().nonnegative(),
  requests: z.int().nonnegative(),
  failures: z.int().nonnegative(),
  p50Ms: z.number().nonnegative(),
  p95Ms: z.number().nonnegative(),
});
export type SecondOfRun = z.infer<typeof SecondOfRun>;

export const ProcessUsage = z.strictObject({
  role: z.enum(['generator', 'worker', 'data-plane']),
  name: z.string(),
  meanCpuPercent: z.number().nonnegative(),
  peakCpuPercent: z.number().nonnegative(),
  peakMemoryBytes: z.int().nonnegative(),
});
export type ProcessUsage = z.infer<typeof ProcessUsage>;

export const AccountOnShard = z.strictObject({
  id: z.string(),
  shardId: z.string(),
  underTest: z.boolean(),
  documents: z.int().nonnegative(),
  documentBytes: z.int().nonnegative(),
});
export type AccountOnShard = z.infer<typeof AccountOnShard>;

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

export const RunResult = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  runId: z.string(),
  kind: z.literal('capacity'),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  verdict: Verdict,
  signals: z.array(Signal),
  /** The one command that repeats this run. */
  reproduce: z.string(),
  environment: Environment.extend({ k6Version: z.string() }),
  profile: z.strictObject({
    name: z.string(),
    seed: z.int().nonnegative(),
    virtualUsers: z.int().positive(),
    rampSeconds: z.number().positive(),
    /** The full number of users at work, not counted yet. */
    settleSeconds: z.number().nonnegative(),
    holdSeconds: z.number().positive(),
    thinkTimeMedianMs: z.number().positive(),
    thinkTimeSigma: z.number().positive(),
    zipfExponent: z.number().positive(),
    popShares: z.record(z.string(), z.number()),
  }),
  topology: z.strictObject({
    name: z.string(),
    kvCache: z.boolean(),
    shardFileBytes: z.record(z.string(), z.int().nonnegative()),
    accounts: z.array(AccountOnShard),
  }),
  /** How D1 and KV behaved. */
  plane: z.strictObject({
    latencyProfile: z.strictObject({ name: z.string(), description: z.string() }),
    seed: z.int().nonnegative(),
    /** What D1 did with a bookmark that is not its own. */
    foreignBookmarks: z.string(),
    /** The parts of a latency that were modelled, in words; everything else is this machine's own. */
    modelled: z.array(z.string()),
    faults: z.array(PlannedFault),
  }),
  load: z.strictObject({
    /** Closed model: a virtual user waits for its answer and then thinks. */
    model: z.literal('closed'),
    peakVirtualUsers: z.int().nonnegative(),
    heldMs: z.number().nonnegative(),
    requests: z.int().nonnegative(),
    failures: z.int().nonnegative(),
    requestsPerSecond: z.number().nonnegative(),
    readShare: z.number().min(0).max(1),
  }),
  operations: z.array(Operation),
  total: Latency,
  verification: z.strictObject({
    /** Over the whole run, ramp included: a leak during warm-up is a leak. */
    bodiesChecked: z.int().nonnegative(),
    documentsChecked: z.int().nonnegative(),
    isolationViolations: z.int().nonnegative(),
    staleReads: z.int().nonnegative(),
    corruptBodies: z.int().nonnegative(),
    /** Rule of three: with no violation in N documents, 3 / N bounds the rate at 95 % (design rule 4). */
    leakRateUpperBound95: z.number().min(0).max(1),
  }),
  timeline: z.array(SecondOfRun),
  processes: z.array(ProcessUsage),
});
export type RunResult = z.infer<typeof RunResult>;
