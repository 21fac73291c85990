import { z } from 'zod';

export const Outcome = z.enum(['PASS', 'FAIL', 'INCONCLUSIVE', 'VOID']);
export type Outcome = z.infer<typeof Outcome>;

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

/** What a system may leave unpromised. */
export const NotPromised = z.enum(['stale reads', 'cacheable responses']);
export type NotPromised = z.infer<typeof NotPromised>;
