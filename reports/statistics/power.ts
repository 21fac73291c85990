import { ReportError } from '../errors.ts';
import { type Comparison, tailOf } from './compare-blocks.ts';
import { studentQuantile } from './student.ts';

/** More than this is no plan: the blocks must become longer or the machine quieter. */
const MOST_PAIRS = 200;

/**
 * How many pairs of blocks it takes to see an effect: the least n at which Student's statistic, whose distribution is then the
 * noncentral one, is beyond its critical value in as many experiments as asked for. By its normal approximation (Abramowitz and
 * Stegun, "Handbook of Mathematical Functions", 1964, 26.7.10), with t for the normal quantile, which asks for a little more: that
 * the spread itself is known from few pairs only costs most where a family of comparisons makes the critical value large. Rounded
 * up to whole ABBAs, of two pairs each.
 *
 * @param spread the standard deviation of the logarithm of a pair's ratio, from `spreadOf`
 * @param effect to be seen, as a share: 0.1 for 10 %
 * @param comparisons as of `Bounds`
 * @param power the wanted probability of seeing it, from 0.5 to under 1
 * @throws ReportError `too_noisy` when it would take more than 200
 */
export function pairsNeeded({
  spread,
  effect,
  power,
  comparisons,
}: {
  readonly spread: number;
  readonly effect: number;
  readonly power: number;
  readonly comparisons: number;
}): number {
  for (let pairs = 2; pairs <= MOST_PAIRS; pairs += 2) {
    const degrees = pairs - 1;
    const critical = studentQuantile(1 - tailOf(comparisons), degrees);
    const wanted =
      critical * (1 - 1 / (4 * degrees)) +
      studentQuantile(power, degrees) * Math.sqrt(1 + critical ** 2 / (2 * degrees));
    if (Math.log(1 + effect) * Math.sqrt(pairs) >= wanted * spread) return pairs;
  }
  throw new ReportError(
    'too_noisy',
    `Over ${MOST_PAIRS} pairs of blocks would be needed to see a change of ${100 * effect} %. ` +
      'Make the blocks longer, keep other work off the machine, or ask for a larger effect.',
  );
}

/**
 * How many pairs it would take in 8 of 10 experiments to tell a ratio from a bound, if the ratio and its spread are as they were
 * observed.
 *
 * @param bound above 0, in the unit of the ratio
 * @param comparisons as of `Bounds`, the one with which the interval was made
 * @returns more than were made; null over 200, or when the ratio is the bound
 */
export function pairsToTell(
  { ratio, interval, pairs }: Pick<Comparison, 'ratio' | 'interval' | 'pairs'>,
  bound: number,
  comparisons: number,
): number | null {
  const halfWidth = Math.log(interval.high / interval.low) / 2;
  const spread = (halfWidth * Math.sqrt(pairs)) / studentQuantile(1 - tailOf(comparisons), pairs - 1);
  const effect = Math.exp(Math.abs(Math.log(ratio / bound))) - 1;
  try {
    return Math.max(pairs + 2, pairsNeeded({ spread, effect, power: 0.8, comparisons }));
  } catch (error) {
    if (error instanceof ReportError && error.code === 'too_noisy') return null;
    throw error;
  }
}
