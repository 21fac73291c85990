import { z } from 'zod';

const Answers = z.strictObject({
  requestsPerSecond: z.number().nonnegative(),
  meanMs: z.number().nonnegative(),
  p95Ms: z.number().nonnegative(),
});

/** A phase that holds its load, as the queue model predicts it from the description and the profile alone, beside what was measured. */
export const PredictedPhase = z.strictObject({
  name: z.string(),
  /** Of all tenants on the shard. */
  virtualUsers: z.int().positive(),
  measured: Answers,
  predicted: Answers,
  /** Which of the three are as near to each other as `within` says; null: this machine was the limit, so that nothing is told. */
  agrees: z
    .strictObject({ requestsPerSecond: z.boolean(), meanMs: z.boolean(), p95Ms: z.boolean() })
    .nullable(),
});
export type PredictedPhase = z.infer<typeof PredictedPhase>;

export const PredictionOfRun = z.strictObject({
  /** A share of what was measured. */
  within: z.number().positive(),
  phases: z.array(PredictedPhase).min(1),
});
export type PredictionOfRun = z.infer<typeof PredictionOfRun>;
