import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import { ReportError } from './errors.ts';
import type { Latency } from './schema.ts';

const MAX_TRACKABLE_US = 3_600_000_000;
/** Hundreds of values a second are nothing to the plain JavaScript histogram: WebAssembly would only add an init. */
const IN_MEMORY = { bitBucketSize: 32, useWebAssembly: false } as const;

/** An empty histogram for latencies in whole microseconds, to one hour, three significant digits. */
export function latencyHistogram(): Histogram {
  return build({
    ...IN_MEMORY,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_TRACKABLE_US,
    numberOfSignificantValueDigits: 3,
  });
}

/**
 * Figures in milliseconds from a histogram in microseconds (design rule 6).
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

/**
 * The histogram (microseconds) inside a stored latency.
 *
 * @throws ReportError `histogram-unreadable` when the text is no compressed HDR histogram.
 */
export function decodeLatency({ histogram }: Pick<Latency, 'histogram'>): Histogram {
  try {
    return decodeFromCompressedBase64(histogram, IN_MEMORY.bitBucketSize, IN_MEMORY.useWebAssembly);
  } catch (cause) {
    throw new ReportError(
      'histogram-unreadable',
      'A stored latency holds no readable HDR histogram.',
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
