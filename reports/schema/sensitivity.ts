import { z } from 'zod';

/** What the queue model alone makes of the load with one number changed. */
export const SensitivityOutcome = z.strictObject({
  /** The objectives are met; of a ladder: its knee is at least what is asked. */
  holds: z.boolean(),
  /** The objectives that are missed; of a ladder those that are missed first, above the knee. */
  missed: z.array(z.string()),
  p95Ms: z.number().nonnegative(),
  /** Of a ladder at its knee. */
  requestsPerSecond: z.number().nonnegative(),
});
export type SensitivityOutcome = z.infer<typeof SensitivityOutcome>;

/** The numbers of a profile that have one basis (`measured`, `documented` or `assumption`), by the parts of it that they are in. */
export const NumbersOfBasis = z.strictObject({
  basis: z.string(),
  parts: z.array(
    z.strictObject({
      /** As in `d1.roundTripMs`. */
      path: z.string(),
      count: z.int().positive(),
      /** How many numbers the part has in all. */
      of: z.int().positive(),
    }),
  ),
});
export type NumbersOfBasis = z.infer<typeof NumbersOfBasis>;

/** What a verdict under a modelled D1 rests on: each number at half and at twice its value. */
export const Sensitivity = z.strictObject({
  asItIs: SensitivityOutcome,
  rows: z.array(
    z.strictObject({
      /** Of the latency profile, as in `d1.queueLimit`. */
      path: z.string(),
      title: z.string(),
      value: z.string(),
      /** `documented`, `measured` or `assumption`. */
      basis: z.string(),
      half: SensitivityOutcome,
      twice: SensitivityOutcome,
    }),
  ),
  /** Assumed numbers of D1 that the queue model does not have. */
  notVaried: z.array(z.string()),
  /** Of all numbers of the profile: where they come from. Absent in runs before 2026-11-28. */
  bases: z.array(NumbersOfBasis).optional(),
});
export type Sensitivity = z.infer<typeof Sensitivity>;
