import { z } from 'zod';
import { StoredPlan } from '../../../fixtures/data-set/index.ts';
import { COLLECTIONS } from '../data/index.ts';

/** What goes to the process of a contestant and what comes back. */

export const CONTESTANTS = ['ours', 'ceiling', 'faker', 'dump', 'sql-files'] as const;
export type SeedContestant = (typeof CONTESTANTS)[number];

export const SeedTask = z.strictObject({
  contestant: z.enum(CONTESTANTS),
  plan: StoredPlan.extend({ counts: z.record(z.enum(COLLECTIONS), z.int().nonnegative()) }),
  /** Empty, and the contestant's alone. */
  folder: z.string(),
  /** Of ours only; its own choice unless told otherwise. */
  threads: z.int().min(1).optional(),
});
export type SeedTask = z.infer<typeof SeedTask>;

export const SeedMeasurement = z.strictObject({
  /** The SQLite file with the documents and their indexes. */
  file: z.string(),
  documents: z.int(),
  /** The bodies alone, in UTF-8. */
  documentBytes: z.int(),
  /** From the first call to the last document and index. */
  seconds: z.number(),
});
export type SeedMeasurement = z.infer<typeof SeedMeasurement>;

export const OurMeasurement = SeedMeasurement.extend({
  /** `seconds` and the verification of every document. */
  secondsWithVerification: z.number(),
  /** Of verifying the same data set once more, by itself. */
  verifySeconds: z.number(),
  /** Of the process with its threads, through all of this. */
  peakResidentBytes: z.int(),
});
export type OurMeasurement = z.infer<typeof OurMeasurement>;

export const MEASUREMENT_OF = {
  ours: OurMeasurement,
  ceiling: SeedMeasurement,
  faker: SeedMeasurement,
  dump: SeedMeasurement,
  'sql-files': SeedMeasurement,
} as const satisfies Record<SeedContestant, z.ZodType>;
export type MeasurementOf<C extends SeedContestant> = z.infer<(typeof MEASUREMENT_OF)[C]>;

export const Message = z.union([
  z.strictObject({ step: z.string() }),
  z.strictObject({ measurement: z.unknown() }),
]);
export type Message = z.infer<typeof Message>;

/** Says what a contestant is doing now. */
export type Tell = (step: string) => void;

export const secondsSince = (startedAtMs: number): number => (performance.now() - startedAtMs) / 1000;
