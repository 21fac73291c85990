import { z } from 'zod';

/** What the process of the benchmark does. */
export const BenchmarkTask = z.strictObject({
  operations: z.int().min(1_000).max(100_000_000),
  sessions: z.int().min(1),
  keys: z.int().min(1),
  seed: z.int().min(0),
});
export type BenchmarkTask = z.infer<typeof BenchmarkTask>;

/** What it measured; times are of the processor. */
export const CheckerMeasurement = z.strictObject({
  /** Effects and observations. */
  items: z.int(),
  recordMs: z.number(),
  /** Of the guarantees of sessions together, the preparation that they share included. */
  checkMs: z.number(),
  /** Of one bare pass over the columns, which is the least that a checker could take. */
  passMs: z.number(),
  peakBytes: z.int(),
  /** Operations that had to be looked at closely. */
  candidates: z.int(),
  /** Guarantees that the history broke: none, or the measurement is void. */
  broken: z.array(z.string()),
});
export type CheckerMeasurement = z.infer<typeof CheckerMeasurement>;
