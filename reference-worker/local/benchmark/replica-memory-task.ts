import { z } from 'zod';

/** What goes to the process of a variant and what comes back. */

/** Reads from the primary alone; the same with writes going on; and the same with two lagging replicas. */
export const VARIANTS = ['primary', 'primary-and-writes', 'replicas'] as const;
export type Variant = (typeof VARIANTS)[number];

export const Task = z.strictObject({
  variant: z.enum(VARIANTS),
  file: z.string(),
  seconds: z.number().positive(),
});
export type Task = z.infer<typeof Task>;

export const ReplicaMeasurement = z.strictObject({
  /** The largest, of the whole process, while it served. */
  residentBytes: z.number(),
  reads: z.int(),
  writes: z.int(),
  /** Of the database file, its write-ahead log and the log's index, at the end compared with the beginning. */
  grownBytes: z.number(),
  /** How many different commits the replicas were behind the primary, on average and at most, when they answered. */
  meanCommitsBehind: z.number(),
  maxCommitsBehind: z.int(),
});
export type ReplicaMeasurement = z.infer<typeof ReplicaMeasurement>;
