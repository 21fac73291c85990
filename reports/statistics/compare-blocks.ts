import { ReportError } from '../errors.ts';
import type { Interval95 } from '../schema/index.ts';
import { studentQuantile } from './student.ts';

/** The same work on both arms, one right after the other. */
export interface Pair<Block> {
  readonly baseline: Block;
  readonly candidate: Block;
}

export interface Comparison {
  /** Candidate over baseline: the geometric mean over the pairs. */
  readonly ratio: number;
  readonly interval: Interval95;
  /** Of the candidate's figure. */
  readonly outcome: 'higher' | 'lower' | 'no difference';
  readonly pairs: number;
}

/**
 * Compares one figure of two arms that were measured in pairs of blocks, as in ABBA order.
 *
 * The unit is the pair, not the request: what drifts from block to block is shared by the two blocks of a pair and cancels in
 * their ratio, and a linear drift within the pairs cancels between AB and BA. The interval is Student's, on the logarithms of
 * the ratios, as ratios of times are (Fleming and Wallace, "How not to lie with statistics", Communications of the ACM
 * 29(3), 1986). It is no percentile bootstrap: with six to ten pairs that is as narrow as a normal quantile with a division
 * by n, and raises false alarms twice as often as it promises (Hesterberg, "What teachers should know about the bootstrap",
 * The American Statistician 69(4), 2015).
 *
 * @param figure of one block, above 0, any unit: a percentile of its merged histogram, or its requests per second
 * @param smallestEffect the smallest change that anybody would act on, as a share: 0.03 for 3 %
 * @returns `no difference` when the interval holds 1, or when the ratio is nearer to 1 than the smallest effect
 * @throws ReportError `too-few-pairs` under two of them, `figure-missing` when a block has no figure above 0
 */
export function compareBlocks<Block>(
  pairs: readonly Pair<Block>[],
  figure: (block: Block) => number,
  smallestEffect: number,
): Comparison {
  if (pairs.length < 2) {
    throw new ReportError(
      'too-few-pairs',
      `${pairs.length} pair of blocks says nothing about how much pairs differ by chance.`,
      'Compare at least two pairs; pairsNeeded() says how many it takes to see an effect.',
    );
  }
  const logRatios = pairs.map(({ baseline, candidate }) => Math.log(figure(candidate) / figure(baseline)));
  if (!logRatios.every(Number.isFinite)) {
    throw new ReportError(
      'figure-missing',
      'A block has no figure above 0 to compare.',
      'Look for a block without answers, and run it again.',
    );
  }
  const { mean, deviation } = momentsOf(logRatios);
  const halfWidth = (studentQuantile(0.975, pairs.length - 1) * deviation) / Math.sqrt(pairs.length);
  const interval = { low: Math.exp(mean - halfWidth), high: Math.exp(mean + halfWidth) };
  const isOfInterest = Math.abs(mean) >= Math.log(1 + smallestEffect);
  const outcome =
    isOfInterest && interval.low > 1
      ? 'higher'
      : isOfInterest && interval.high < 1
        ? 'lower'
        : 'no difference';
  return { ratio: Math.exp(mean), interval, outcome, pairs: pairs.length };
}

/**
 * How much chance moves the ratio of one pair: the standard deviation of its logarithm, for `pairsNeeded`.
 *
 * @param pairs at least two, best of an A/A run
 */
export const spreadOf = <Block>(pairs: readonly Pair<Block>[], figure: (block: Block) => number): number =>
  momentsOf(pairs.map(({ baseline, candidate }) => Math.log(figure(candidate) / figure(baseline)))).deviation;

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
