import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Interval95 } from '../../reports/index.ts';
import { studentQuantile } from '../../reports/statistics/index.ts';
import { sum } from '../sum.ts';

const REPLICATES = 2000;
const NORMAL_975 = 1.959964;

/**
 * A 95 % interval for the mean of values that are correlated with their neighbours, over several stretches of time.
 *
 * Moving-block bootstrap (Kuensch, "The jackknife and the bootstrap for general stationary observations", Annals of
 * Statistics 17(3), 1989): each stretch is rebuilt from blocks of its own, drawn with replacement, so that correlation
 * within a block survives. The percentile interval of so few blocks is too narrow, as a normal quantile and a division
 * by n would be; it is widened by what Student's t and n - 1 would widen (Hesterberg, "What teachers should know about the
 * bootstrap", The American Statistician 69(4), 2015, the expanded percentile interval).
 *
 * Its limit is correlation that outlasts the blocks: of a machine whose speed wanders by 5 % over some 3 s, nine intervals in
 * ten hold the truth at 40 s a rung, and not nineteen in twenty.
 *
 * @param stretches one value per second, each stretch steady and at least 10 long
 */
export function bootstrapMean(stretches: readonly (readonly number[])[], seed: number): Interval95 {
  const generator = xoroshiro128plus(seed);
  const parts = stretches.map(blocksOf);
  const seconds = sum(stretches.map((values) => values.length));
  const mean = sum(stretches.flat()) / seconds;
  const deviations = new Float64Array(REPLICATES);
  for (let replicate = 0; replicate < REPLICATES; replicate += 1) {
    let drawn = 0;
    for (const { draws, deviationSums } of parts) {
      for (let draw = 0; draw < draws; draw += 1)
        drawn += deviationSums[Math.floor(uniformFloat64(generator) * deviationSums.length)] ?? 0;
    }
    deviations[replicate] = drawn / seconds;
  }
  deviations.sort();
  const blocks = sum(parts.map(({ draws }) => draws));
  const free = blocks - parts.length;
  const widening = (studentQuantile(0.975, free) / NORMAL_975) * Math.sqrt(blocks / free);
  return {
    low: mean + widening * (deviations[Math.floor(0.025 * REPLICATES)] ?? 0),
    high: mean + widening * (deviations[Math.ceil(0.975 * REPLICATES) - 1] ?? 0),
  };
}

/** How many blocks make up the stretch, and every block that fits into it, as the sum of its deviations from their mean. */
function blocksOf(values: readonly number[]): { draws: number; deviationSums: Float64Array } {
  // The square-root rule (Fishman and Yarberry, "An implementation of the batch means method", INFORMS Journal on Computing
  // 9(3), 1997) gives the order. The factor keeps 95 % where seconds are correlated, which `npm run prove:knee` counts.
  const length = Math.ceil(1.5 * Math.sqrt(values.length));
  const sums = Float64Array.from({ length: values.length - length + 1 }, (_, start) =>
    sum(values.slice(start, start + length)),
  );
  const meanSum = sum([...sums]) / sums.length;
  return { draws: Math.round(values.length / length), deviationSums: sums.map((value) => value - meanSum) };
}
