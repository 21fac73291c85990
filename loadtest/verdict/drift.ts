/** One reading of a figure that should stay where it is: a p95, the memory of a process. */
export interface Reading {
  readonly atSeconds: number;
  readonly value: number;
}

export interface Drift {
  /** In the unit of the readings. */
  readonly perHour: number;
  /** Whether chance alone would hardly move them so: at most one steady series in a hundred. */
  readonly significant: boolean;
}

/** Enough for a slope, and each long enough that neighbours no longer depend on each other. */
const WINDOWS = 60;
/** Under this, the normal approximation of Kendall's statistic does not hold (Kendall, "Rank Correlation Methods", 1975). */
export const FEWEST_READINGS = 10;
/** The normal quantile of a two-sided test at 1 %: a soak looks at a dozen series, and 5 % would cry wolf every other run. */
const CRITICAL = 2.575_829;

/**
 * Whether a figure drifts over a soak, and how fast.
 *
 * The slope is Theil and Sen's, the median of the slopes of all pairs, which a few stalls do not move (Sen, "Estimates of the
 * regression coefficient based on Kendall's tau", Journal of the American Statistical Association 63, 1968). The significance
 * is that of Mann and Kendall's test for a trend, corrected for ties (Mann, Econometrica 13(3), 1945). Both see medians of up
 * to 60 windows: readings of neighbouring seconds depend on each other, and the test supposes that they do not.
 *
 * @param readings of the time that counts, in order of time
 * @returns never significant under ten readings
 */
export function driftOf(readings: readonly Reading[]): Drift {
  const windows = windowsOf(readings);
  const slopes: number[] = [];
  let concordance = 0;
  for (const [index, later] of windows.entries()) {
    for (const earlier of windows.slice(0, index)) {
      slopes.push((later.value - earlier.value) / (later.atSeconds - earlier.atSeconds));
      concordance += Math.sign(later.value - earlier.value);
    }
  }
  const deviation = Math.sqrt(varianceOfConcordance(windows.map(({ value }) => value)));
  // One less: the statistic moves in steps of two, and the normal distribution does not.
  const score = Math.max(0, Math.abs(concordance) - 1) / deviation;
  return {
    perHour: slopes.length === 0 ? 0 : 3600 * median(slopes),
    significant: windows.length >= FEWEST_READINGS && score > CRITICAL,
  };
}

/** Equal shares of the readings, each as the median of its times and the median of its values. */
function windowsOf(readings: readonly Reading[]): Reading[] {
  const count = Math.min(WINDOWS, readings.length);
  return Array.from({ length: count }, (_, index) => {
    const share = readings.slice(
      Math.floor((index * readings.length) / count),
      Math.floor(((index + 1) * readings.length) / count),
    );
    return {
      atSeconds: median(share.map(({ atSeconds }) => atSeconds)),
      value: median(share.map(({ value }) => value)),
    };
  });
}

function varianceOfConcordance(values: readonly number[]): number {
  const term = (n: number): number => n * (n - 1) * (2 * n + 5);
  const ties = new Map<number, number>();
  for (const value of values) ties.set(value, (ties.get(value) ?? 0) + 1);
  const tied = [...ties.values()].reduce((sum, count) => sum + term(count), 0);
  return (term(values.length) - tied) / 18;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
