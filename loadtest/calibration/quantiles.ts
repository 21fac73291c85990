import { studentQuantile } from '../../reports/statistics/index.ts';

/** A number that was estimated, with its 95 % interval. */
export interface IntervalEstimate {
  readonly value: number;
  /** At least 0. */
  readonly low: number;
  /** Infinity where the samples do not bound it. */
  readonly high: number;
  readonly samples: number;
}

/** What a profile states of a duration. */
export const STATED = ['min', 'p50', 'p95', 'p99'] as const;
export type Stated = (typeof STATED)[number];
export type Estimates = Readonly<Record<Stated, IntervalEstimate>>;

const Z = 1.96;
/** Of exponential gaps, the one that 95 % stay under: -ln 0.05. */
const GAPS = 3;
const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/**
 * The stated numbers of a duration from samples of it. Percentiles are order statistics, whose intervals hold for any
 * distribution. The minimum lies below the least sample by about one gap of what lies under the median, taken as exponential, as a
 * profile takes it.
 *
 * @param samples at least one, in any order
 */
export function estimatesOf(samples: readonly number[]): Estimates {
  const sorted = Float64Array.from(samples).sort();
  const quantile = (share: number): IntervalEstimate => quantileOf(sorted, share);
  const least = sorted[0] ?? 0;
  const p50 = quantile(SHARES.p50);
  const gap = (p50.value - least) / Math.LN2 / sorted.length;
  const min = {
    value: Math.max(0, least - gap),
    low: Math.max(0, least - GAPS * gap),
    high: least,
    samples: sorted.length,
  };
  return { min, p50, p95: quantile(SHARES.p95), p99: quantile(SHARES.p99) };
}

/** @param sorted rising */
function quantileOf(sorted: Float64Array, share: number): IntervalEstimate {
  const count = sorted.length;
  const spread = Z * Math.sqrt(count * share * (1 - share));
  const at = (rank: number): number | undefined => sorted[Math.ceil(rank) - 1];
  return {
    value: at(count * share) ?? 0,
    low: at(count * share - spread) ?? 0,
    high: at(count * share + spread + 1) ?? Number.POSITIVE_INFINITY,
    samples: count,
  };
}

/** A share, with the interval of Wilson (Journal of the American Statistical Association 22, 1927). */
export function shareOf(hits: number, of: number): IntervalEstimate {
  const share = hits / of;
  const wide = (Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2))) / (1 + Z ** 2 / of);
  const middle = (share + Z ** 2 / (2 * of)) / (1 + Z ** 2 / of);
  return { value: share, low: Math.max(0, middle - wide), high: Math.min(1, middle + wide), samples: of };
}

/** @param samples at least two */
export function meanOf(samples: readonly number[]): IntervalEstimate & { readonly standardError: number } {
  const count = samples.length;
  const mean = samples.reduce((sum, each) => sum + each, 0) / count;
  const variance = samples.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (count - 1);
  const standardError = Math.sqrt(variance / count);
  const wide = studentQuantile(0.975, count - 1) * standardError;
  return { value: mean, low: Math.max(0, mean - wide), high: mean + wide, samples: count, standardError };
}

/** The same, with an error of the instrument on either side that no number of samples makes smaller. */
export const widened = <Of extends IntervalEstimate>(estimate: Of, byMs: number): Of => ({
  ...estimate,
  low: Math.max(0, estimate.low - byMs),
  high: estimate.high + byMs,
});

/** Half of the width of the interval, as a share of the value; 0 for a value that is certainly 0. */
export const relativeHalfWidth = ({ value, low, high }: IntervalEstimate): number =>
  high === low ? 0 : (high - low) / 2 / value;

/** A way there and back: what it usually takes, and how far a single one may be from that, in milliseconds. */
export function wayOf(samples: readonly number[]): { readonly medianMs: number; readonly errorMs: number } {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { medianMs: at(0.5), errorMs: (at(0.9) - at(0.1)) / 2 };
}
