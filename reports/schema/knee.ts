import { z } from 'zod';

/** Two rungs, one clearly below the knee and one clearly above; no confidence interval. */
export const Bracket = z.strictObject({
  /** 0: the lowest rung is not clearly below. */
  low: z.number().nonnegative(),
  /** null: no rung is clearly above. */
  high: z.number().positive().nullable(),
});
export type Bracket = z.infer<typeof Bracket>;

/**
 * One rung of the ladder. Throughput and failures are of the seconds after the warm-up; latencies are of the whole rung,
 * whose merged histogram is the only place where they can be had exactly.
 */
export const Rung = z.strictObject({
  virtualUsers: z.int().positive(),
  requestsPerSecond: z.number().nonnegative(),
  meanMs: z.number().nonnegative(),
  p95Ms: z.number().nonnegative(),
  failureShare: z.number().min(0).max(1),
  /** Seconds at the start of the rung that the warm-up rule removed, and those that were used. */
  warmUpSeconds: z.number().nonnegative(),
  usedSeconds: z.number().nonnegative(),
  /** What the queue model alone makes of the rung; absent where nothing is modelled. */
  modelledP95Ms: z.number().nonnegative().optional(),
  /** What processes that are not part of the run used meanwhile, in percent of one core; absent where it is not known. */
  foreignCpuPercent: z.number().nonnegative().optional(),
  /** Whether every objective held on this rung. */
  withinObjectives: z.boolean(),
});
export type Rung = z.infer<typeof Rung>;

/** The largest load that the target sustains within its objectives. */
export const Knee = z.strictObject({
  /** `beyond`: the ladder ended before anything gave way, so every figure is a lower bound without a fit. */
  state: z.enum(['found', 'beyond']),
  virtualUsers: z.number().positive(),
  virtualUsersBracket: Bracket.nullable(),
  requestsPerSecond: z.number().positive(),
  requestsPerSecondBracket: Bracket.nullable(),
  /**
   * How many people ask for that rate who think as long as those of the scenario `steady`; absent in runs from before this
   * was told. By the response time formula with answers that take no time, which is the smaller side: N = X Z (Denning and
   * Buzen, "The operational analysis of queueing network models", ACM Computing Surveys 10 (3), 1978).
   */
  officeUsers: z
    .strictObject({
      virtualUsers: z.number().positive(),
      bracket: Bracket.nullable(),
      meanThinkTimeMs: z.number().positive(),
    })
    .optional(),
  /** Universal scalability law (Gunther): X(n) = lambda n / (1 + sigma (n - 1) + kappa n (n - 1)); null without a fit. */
  scalability: z
    .strictObject({
      lambda: z.number(),
      sigma: z.number(),
      kappa: z.number(),
      /** Share of the variance of throughput that the fit explains. */
      rSquared: z.number(),
    })
    .nullable(),
  rungs: z.array(Rung).min(1),
  /** What gave way first, in words. */
  limitedBy: z.string(),
  /** 1 / mean service time of the busiest database, per request to the target: no throughput can be above. */
  databaseBound: z
    .strictObject({
      database: z.string(),
      requestsPerSecond: z.number().positive(),
      /** Whether it and the knee's requests per second are within a quarter of each other. */
      agrees: z.boolean(),
    })
    .nullable(),
});
export type Knee = z.infer<typeof Knee>;
