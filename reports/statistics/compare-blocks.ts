import { ReportError } from '../errors.ts';
import type { Interval95 } from '../schema/index.ts';
import { studentQuantile } from './student.ts';

/** The same work on both treatments, one right after the other. */
export interface Pair<Block> {
  readonly baseline: Block;
  readonly candidate: Block;
}

/** What was found of the candidate's figure; `not told apart`: too few pairs for either answer, which is none. */
export type ComparisonOutcome = 'higher' | 'lower' | 'no difference' | 'not told apart';

export interface Comparison {
  /** Candidate over baseline: the geometric mean over the pairs. */
  readonly ratio: number;
  /** At 95 % for all comparisons of the family together. */
  readonly interval: Interval95;
  readonly outcome: ComparisonOutcome;
  readonly pairs: number;
}

export interface Bounds {
  /** The smallest change that anybody would act on, as a share: 0.03 for 3 %. */
  readonly smallestEffect: number;
  /** Two figures are alike when they differ by no more than this, as a share. */
  readonly equivalence: number;
  /** How many comparisons the same experiment makes, this one included: together they err in 5 of 100 experiments. */
  readonly comparisons: number;
}

/** The risk of each of so many comparisons that leaves 5 % for all of them together (Bonferroni), at either end. */
export const tailOf = (comparisons: number): number => 0.05 / comparisons / 2;

/**
 * Compares one figure of two treatments that were measured in pairs of blocks, as in ABBA order.
 *
 * The unit is the pair, not the request: what drifts from block to block is shared by the two blocks of a pair and cancels in
 * their ratio, and a linear drift within the pairs cancels between AB and BA. The interval is Student's, on the logarithms of
 * the ratios, as ratios of times are (Fleming and Wallace, "How not to lie with statistics", Communications of the ACM
 * 29(3), 1986). It is no percentile bootstrap: with six to ten pairs that is as narrow as a normal quantile with a division
 * by n, and raises false alarms twice as often as it promises (Hesterberg, "What teachers should know about the bootstrap",
 * The American Statistician 69(4), 2015).
 *
 * No difference is a finding of its own and needs as much evidence as a difference: the whole interval within the equivalence
 * (Schuirmann, "A comparison of the two one-sided tests procedure and the power approach", Journal of Pharmacokinetics and
 * Biopharmaceutics 15(6), 1987). An interval that holds 1 and reaches beyond it says that there were too few pairs.
 *
 * @param figure of one block, above 0, any unit: a percentile of its merged histogram, or its requests per second
 * @throws ReportError `too_few_pairs` under two of them, `figure_missing` when a block has no figure above 0
 */
export function compareBlocks<Block>(
  pairs: readonly Pair<Block>[],
  figure: (block: Block) => number,
  { smallestEffect, equivalence, comparisons }: Bounds,
): Comparison {
  if (pairs.length < 2) {
    throw new ReportError(
      'too_few_pairs',
      `${pairs.length} pair of blocks says nothing about how much pairs differ by chance. ` +
        'Compare at least two pairs; pairsNeeded() says how many it takes to see an effect.',
    );
  }
  const logRatios = pairs.map(({ baseline, candidate }) => Math.log(figure(candidate) / figure(baseline)));
  if (!logRatios.every(Number.isFinite)) {
    throw new ReportError(
      'figure_missing',
      'A block has no figure above 0 to compare. ' + 'Look for a block without answers, and run it again.',
    );
  }
  const { mean, deviation } = momentsOf(logRatios);
  const quantile = studentQuantile(1 - tailOf(comparisons), pairs.length - 1);
  const halfWidth = (quantile * deviation) / Math.sqrt(pairs.length);
  const [low, high] = [mean - halfWidth, mean + halfWidth];
  const isOfInterest = Math.abs(mean) >= Math.log(1 + smallestEffect);
  const isWithin = Math.max(-low, high) <= Math.log(1 + equivalence);
  const outcome =
    isOfInterest && low > 0
      ? 'higher'
      : isOfInterest && high < 0
        ? 'lower'
        : isWithin
          ? 'no difference'
          : 'not told apart';
  return {
    ratio: Math.exp(mean),
    interval: { low: Math.exp(low), high: Math.exp(high) },
    outcome,
    pairs: pairs.length,
  };
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
