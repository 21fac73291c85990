import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Latency } from '../schema/index.ts';
import {
  decodeLatency,
  latencyHistogram,
  latencyOf,
  MAX_TRACKABLE_MS,
  mergeLatencies,
  recordLatency,
} from './latency.ts';

const MAX_US = 2 ** 25 - 1;
const microseconds = fc.oneof(fc.nat({ max: 60_000 }), fc.integer({ min: 0, max: MAX_US }));

function recorded(values: readonly number[]) {
  const histogram = latencyHistogram();
  for (const value of values) histogram.recordValue(value);
  return latencyOf(histogram);
}

describe('latencyOf', () => {
  test('every percentile is at least the exact one (nearest rank) and at most 0.1 % above it', () => {
    fc.assert(
      fc.property(fc.array(microseconds, { minLength: 1, maxLength: 200 }), (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exactMs = (percentile: number) =>
          (sorted[Math.max(0, Math.ceil((percentile * sorted.length) / 100) - 1)] ?? Number.NaN) / 1000;

        const { p50Ms, p90Ms, p95Ms, p99Ms, maxMs } = recorded(values);

        const pairs = [
          [p50Ms, exactMs(50)],
          [p90Ms, exactMs(90)],
          [p95Ms, exactMs(95)],
          [p99Ms, exactMs(99)],
          [maxMs, exactMs(100)],
        ] as const;
        for (const [ms, exact] of pairs) {
          expect(ms).toBeGreaterThanOrEqual(exact);
          expect(ms).toBeLessThanOrEqual(exact * 1.001);
        }
      }),
    );
  });

  test('figures are milliseconds of recorded microseconds', () => {
    expect(recorded([1000, 1000, 1500])).toMatchObject({ count: 3, p50Ms: 1, maxMs: 1.5 });
  });

  test('nothing recorded is a valid latency of count 0', () => {
    expect(Latency.parse(recorded([]))).toMatchObject({ count: 0, meanMs: 0, p99Ms: 0, maxMs: 0 });
  });
});

describe('recordLatency', () => {
  test('k6 gives up within the range, and what is above it is its end', () => {
    const histogram = latencyHistogram();

    for (const ms of [30_000, MAX_TRACKABLE_MS, MAX_TRACKABLE_MS + 1, 1e9]) recordLatency(histogram, ms);

    expect(latencyOf(histogram)).toMatchObject({ count: 4, maxMs: MAX_TRACKABLE_MS });
  });

  test('a histogram takes 64 KiB, however much is recorded', () => {
    const before = process.memoryUsage().arrayBuffers;
    const histograms = Array.from({ length: 100 }, latencyHistogram);
    for (const histogram of histograms) for (let ms = 0; ms < 40_000; ms += 97) recordLatency(histogram, ms);

    const bytes = (process.memoryUsage().arrayBuffers - before) / histograms.length;

    expect(bytes).toBeGreaterThan(32 * 1024);
    expect(bytes).toBeLessThanOrEqual(64 * 1024);
  });
});

describe('mergeLatencies', () => {
  test('equals recording everything in one histogram', () => {
    fc.assert(
      fc.property(fc.array(fc.array(microseconds, { maxLength: 40 }), { maxLength: 6 }), (parts) => {
        expect(mergeLatencies(parts.map(recorded))).toEqual(recorded(parts.flat()));
      }),
    );
  });

  test('is not an average of percentiles', () => {
    const merged = mergeLatencies([recorded(Array(99).fill(1000)), recorded([100_000])]);

    expect(merged.p95Ms).toBe(1);
  });
});

describe('decodeLatency', () => {
  test('gives back the histogram it came from', () => {
    const latency = recorded([1, 2, 3, 1_000_000]);

    expect(latencyOf(decodeLatency(latency))).toEqual(latency);
  });

  test.each(['', 'not base64 at all', 'AAAA'])('refuses %j with a code', (histogram) => {
    expect(() => decodeLatency({ histogram })).toThrow(
      expect.objectContaining({ code: 'histogram_unreadable' }),
    );
  });
});
