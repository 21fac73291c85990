import { ReportError } from '../errors.ts';
import { studentQuantile } from './student.ts';

/** More than this is no plan: the blocks must become longer or the machine quieter. */
const MOST_PAIRS = 200;

/**
 * How many pairs of blocks it takes to see an effect: the least n with n >= ((t[0.975] + t[power]) spread / log(1 + effect))^2,
 * both quantiles with n - 1 degrees of freedom (Cohen, "Statistical Power Analysis for the Behavioral Sciences", 2nd ed.,
 * 1988, chapter 2, with Student's t for the normal quantile, as n is small). Rounded up to whole ABBAs, of two pairs each.
 *
 * @param spread the standard deviation of the logarithm of a pair's ratio, from `spreadOf`
 * @param effect to be seen, as a share: 0.1 for 10 %
 * @param power the wanted probability of seeing it, from 0.5 to under 1
 * @throws ReportError `too-noisy` when it would take more than 200
 */
export function pairsNeeded({
  spread,
  effect,
  power,
}: {
  readonly spread: number;
  readonly effect: number;
  readonly power: number;
}): number {
  for (let pairs = 2; pairs <= MOST_PAIRS; pairs += 2) {
    const quantiles = studentQuantile(0.975, pairs - 1) + studentQuantile(power, pairs - 1);
    if (pairs >= ((quantiles * spread) / Math.log(1 + effect)) ** 2) return pairs;
  }
  throw new ReportError(
    'too-noisy',
    `Over ${MOST_PAIRS} pairs of blocks would be needed to see a change of ${100 * effect} %.`,
    'Make the blocks longer, keep other work off the machine, or ask for a larger effect.',
  );
}
