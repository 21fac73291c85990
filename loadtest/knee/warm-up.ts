/** Seconds to a batch: the 5 of MSER-5. */
const BATCH = 5;

/**
 * Where a series of one value per second becomes steady, by MSER-5: batches of five values, cut where the squared
 * standard error of the mean of what remains is least, and never later than half of the series, beyond which the statistic
 * is small only because little is left.
 *
 * White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69(6), 1997; the batches
 * and the bound are from White, Cobb and Spratt, "A comparison of five steady-state truncation heuristics for simulation",
 * Winter Simulation Conference 2000.
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
  return cut * BATCH;
}

function squaredStandardError(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length ** 2;
}
