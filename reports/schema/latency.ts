import { z } from 'zod';

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

/** A 95 % confidence interval, in the unit of the figure beside it. */
export const Interval95 = z.strictObject({ low: z.number(), high: z.number() });
export type Interval95 = z.infer<typeof Interval95>;
