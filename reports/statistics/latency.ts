import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import { ReportError } from '../errors.ts';
import type { Latency } from '../schema/index.ts';

/**
 * k6 gives up on a request after 30 s. To 2^25 microseconds, 33.5 s, with three significant digits are 16 blocks of
 * 1,024 counters of 4 bytes: 64 KiB, however much is recorded. Coarser steps would take less, but hdr-histogram-js
 * raises the maximum with every merge then.
 */
const MAX_TRACKABLE_US = 2 ** 25 - 1;
export const MAX_TRACKABLE_MS = MAX_TRACKABLE_US / 1000;
/** Never resized: a value out of range is clamped, and the memory of a series stays what it is. */
const IN_MEMORY = { bitBucketSize: 32, autoResize: false, useWebAssembly: false } as const;

/** An empty histogram for latencies in whole microseconds, to 33.5 s, three significant digits, 64 KiB. */
export function latencyHistogram(): Histogram {
  return build({
    ...IN_MEMORY,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_TRACKABLE_US,
    numberOfSignificantValueDigits: 3,
  });
}

/**
 * Records one latency.
 *
 * @param durationMs at least 0; what is above the range is recorded as its end, which a figure of 33.5 s may stand for
 */
export function recordLatency(histogram: Histogram, durationMs: number): void {
  histogram.recordValue(Math.min(MAX_TRACKABLE_US, Math.round(durationMs * 1000)));
}

/**
 * Figures in milliseconds from a histogram in microseconds (rule of evidence 6).
 *
 * Every figure is read from the buckets, the maximum included, and so is at most 0.1 % above the value
 * recorded: that is what makes a merge of two results equal to one recording of both.
 */
export function latencyOf(histogram: Histogram): Latency {
  const percentileMs = (percentile: number) => histogram.getValueAtPercentile(percentile) / 1000;
  return {
    count: histogram.totalCount,
    meanMs: histogram.mean / 1000,
    p50Ms: percentileMs(50),
    p90Ms: percentileMs(90),
    p95Ms: percentileMs(95),
    p99Ms: percentileMs(99),
    p999Ms: percentileMs(99.9),
    maxMs: percentileMs(100),
    histogram: encodeIntoCompressedBase64(histogram),
  };
}

/** The normal quantile of 99 %, one-sided. */
const CERTAIN = 2.326;

/**
 * The p99 as far as the number of samples makes it certain: the lower end of its interval, by the normal approximation to the
 * binomial rank (Conover, "Practical Nonparametric Statistics", 1999, section 3.2). Of 20,000 samples it is the p98.8, of a
 * hundred the p96.7: there the plain p99 is the slowest request of all.
 *
 * @returns milliseconds, at least the p95
 */
export function certainP99Ms(histogram: Histogram): number {
  const rank = 99 - 100 * CERTAIN * Math.sqrt((0.99 * 0.01) / Math.max(1, histogram.totalCount));
  return histogram.getValueAtPercentile(Math.max(95, rank)) / 1000;
}

/**
 * The histogram (microseconds) inside a stored latency.
 *
 * @throws ReportError `histogram_unreadable` when the text is no compressed HDR histogram.
 */
export function decodeLatency({ histogram }: Pick<Latency, 'histogram'>): Histogram {
  try {
    return decodeFromCompressedBase64(histogram, IN_MEMORY.bitBucketSize, IN_MEMORY.useWebAssembly);
  } catch (cause) {
    throw new ReportError(
      'histogram_unreadable',
      'A stored latency holds no readable HDR histogram. ' +
        'Run again: its percentiles cannot be rebuilt from anything else.',
      { cause },
    );
  }
}

/** The latency of everything recorded in any of them: exact, unlike an average of percentiles. */
export function mergeLatencies(latencies: readonly Pick<Latency, 'histogram'>[]): Latency {
  const merged = latencyHistogram();
  for (const latency of latencies) merged.add(decodeLatency(latency));
  return latencyOf(merged);
}
