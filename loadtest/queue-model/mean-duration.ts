import { type Distribution, draw } from '../../reference-worker/target/index.ts';

const POINTS = 20_000;

/** The mean of a profile's duration, in milliseconds, by its quantiles. */
export function meanMs(distribution: Distribution): number {
  if (typeof distribution === 'number') return distribution;
  let sum = 0;
  for (let point = 0; point < POINTS; point += 1) sum += draw(distribution, () => (point + 0.5) / POINTS);
  return sum / POINTS;
}
