import { studentQuantile } from '../../reports/statistics/index.ts';
import { sum } from '../sum.ts';

/** Seconds to a batch: the 5 of MSER-5. */
const BATCH = 5;
/** How seldom a steady series may lose anything to one of the places where it could be cut; there are some five. */
const CHANCE = 0.02;

/**
 * Where a series of one value per second becomes steady, by MSER-5: batches of five values, cut where the squared
 * standard error of the mean of what remains is least, and never later than half of the series, beyond which the statistic
 * is small only because little is left.
 *
 * White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69(6), 1997; the batches
 * and the bound are from White, Cobb and Spratt, "A comparison of five steady-state truncation heuristics for simulation",
 * Winter Simulation Conference 2000.
 *
 * In a steady series the least is anywhere by chance, in two of five with as few batches as a rung has. So what is cut must differ
 * from what remains by more than the batches of that differ from each other: Student's test on the two means at 2 %.
 *
 * @returns seconds to remove from the start: a multiple of 5, at most half of the series, 0 under 20 values
 */
export function warmUpSeconds(values: readonly number[]): number {
  const batches = Array.from(
    { length: Math.floor(values.length / BATCH) },
    (_, batch) =>
      values.slice(batch * BATCH, (batch + 1) * BATCH).reduce((sum, value) => sum + value, 0) / BATCH,
  );
  let cut = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let removed = 0; batches.length >= 4 && removed <= batches.length / 2; removed += 1) {
    const squaredError = squaredStandardError(batches.slice(removed));
    if (squaredError < least) [cut, least] = [removed, squaredError];
  }
  return isOther(batches.slice(0, cut), batches.slice(cut)) ? cut * BATCH : 0;
}

/** Whether the first differ from the rest, whose spread is the one of steady batches; the first may have any. */
function isOther(first: readonly number[], rest: readonly number[]): boolean {
  if (first.length === 0) return false;
  const variance = (rest.length * rest.length * squaredStandardError(rest)) / (rest.length - 1);
  const error = Math.sqrt(variance * (1 / first.length + 1 / rest.length));
  const difference = Math.abs(sum(first) / first.length - sum(rest) / rest.length);
  return difference > studentQuantile(1 - CHANCE / 2, rest.length - 1) * error;
}

function squaredStandardError(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length ** 2;
}
