import { z } from 'zod';
import type { Chance } from './chance.ts';

const Percentiles = z
  .strictObject({
    min: z.number().nonnegative(),
    p50: z.number().nonnegative(),
    p95: z.number().nonnegative(),
    p99: z.number().nonnegative(),
  })
  .refine(({ min, p50, p95, p99 }) => min <= p50 && p50 <= p95 && p95 <= p99, {
    error: 'percentiles must not fall: min <= p50 <= p95 <= p99',
  });

/** A duration: always the same number, or the percentiles that somebody published. */
export const Distribution = z.union([z.number().nonnegative(), Percentiles], {
  error: 'must be a number of milliseconds, or min, p50, p95 and p99 of one',
});
export type Distribution = z.infer<typeof Distribution>;

/** Where a stated percentile lies on the axis of unit exponentials, -ln(1 - p). */
const place = (p: number): number => -Math.log1p(-p);
const KNOTS = { min: place(0), p50: place(0.5), p95: place(0.95), p99: place(0.99) };

/**
 * Draws a value by inversion. Between the stated percentiles, and beyond p99, the distribution is exponential: it
 * meets every stated percentile exactly and, where p99 is above p95, has no upper bound, as nothing published has one.
 */
export function draw(distribution: Distribution, chance: Chance): number {
  if (typeof distribution === 'number') return distribution;
  const { min, p50, p95, p99 } = distribution;
  const at = place(chance());
  if (at < KNOTS.p50) return between(at, KNOTS.min, KNOTS.p50, min, p50);
  if (at < KNOTS.p95) return between(at, KNOTS.p50, KNOTS.p95, p50, p95);
  return between(at, KNOTS.p95, KNOTS.p99, p95, p99);
}

const between = (at: number, from: number, to: number, low: number, high: number): number =>
  low + ((at - from) / (to - from)) * (high - low);

/** True when the duration is always zero: nothing to wait for, nothing to model. */
export const isZero = (distribution: Distribution): boolean =>
  (typeof distribution === 'number' ? distribution : distribution.p99) === 0;
