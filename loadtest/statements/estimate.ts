import type { Estimate } from '../../reports/schema/index.ts';
import { studentQuantile } from '../../reports/statistics/index.ts';
import { sum } from '../sum.ts';

/** Executions of one kind, and the counts of some of them, drawn evenly. */
export interface Stratum {
  readonly executions: number;
  readonly counts: readonly number[];
}

/** Of a two-sided interval of 95 %. */
const PROBABILITY = 0.975;

/**
 * What all executions come to, from those that were counted: a stratified sample without replacement (Cochran, Sampling
 * Techniques, 1977, 5.4), with Student's t for the ends.
 *
 * @param strata those without any count are left out
 */
export function estimateTotal(strata: readonly Stratum[]): Estimate {
  const counted = strata.filter(({ counts }) => counts.length > 0);
  const mean = sum(counted.map(({ executions, counts }) => executions * meanOf(counts)));
  const variance = sum(counted.map(varianceOfTotal));
  if (variance === 0) return { mean, low: mean, high: mean };
  const degrees = sum(counted.map(({ counts }) => counts.length - 1));
  const half = studentQuantile(PROBABILITY, Math.max(1, degrees)) * Math.sqrt(variance);
  return { mean, low: Math.max(0, mean - half), high: mean + half };
}

/** The same for each of so many. */
export const perEach = ({ mean, low, high }: Estimate, count: number): Estimate => ({
  mean: mean / count,
  low: low / count,
  high: high / count,
});

function varianceOfTotal({ executions, counts }: Stratum): number {
  const size = counts.length;
  const mean = meanOf(counts);
  // One count alone says nothing of how far others are from it: it is taken for as far as it is large.
  const spread = size === 1 ? mean ** 2 : sum(counts.map((one) => (one - mean) ** 2)) / (size - 1);
  return (executions ** 2 * spread * Math.max(0, 1 - size / executions)) / size;
}

const meanOf = (counts: readonly number[]): number => sum(counts) / counts.length;
