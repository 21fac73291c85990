import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import type { SecondOfRun } from '../../reports/schema/index.ts';
import { MAX_TRACKABLE_MS, recordLatency } from '../../reports/statistics/index.ts';

/** One second of the clock, as one generator saw it. */
export interface SecondOfLoad {
  /** Since the epoch. */
  readonly second: number;
  /** The last gauge in it or before it. */
  readonly virtualUsers: number;
  /** Requests that were due: those that started, and those for which no user was free. */
  readonly due: number;
  /** Of those the ones for which no user was free. */
  readonly dropped: number;
  /** Answers, and the ends of waiting for one. */
  readonly requests: number;
  readonly failures: number;
  /** When the first and the last request was answered as it should be, milliseconds since the epoch; null: none was. */
  readonly answered: { readonly firstMs: number; readonly lastMs: number } | null;
  /** Microseconds, two significant digits (compressed, base64): a run of hours has tens of thousands of them. */
  readonly latencies: string;
}

const IN_MEMORY = { bitBucketSize: 32, autoResize: false, useWebAssembly: false } as const;

const coarseHistogram = (): Histogram =>
  build({
    ...IN_MEMORY,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_TRACKABLE_MS * 1000,
    numberOfSignificantValueDigits: 2,
  });

/**
 * The run second by second. Only the current second has a histogram in memory; a sample that arrives late, as k6
 * flushes five times a second, counts in the second it arrives in.
 */
export class Timeline {
  readonly #seconds: SecondOfLoad[] = [];
  readonly #latencies = coarseHistogram();
  #second: number | undefined;
  #virtualUsers = 0;
  #due = 0;
  #dropped = 0;
  #failures = 0;
  #answered: SecondOfLoad['answered'] = null;

  request(atMs: number, durationMs: number, failed: boolean): void {
    this.#moveTo(atMs);
    recordLatency(this.#latencies, durationMs);
    if (failed) this.#failures += 1;
    else this.#answered = hull([this.#answered, { firstMs: atMs, lastMs: atMs }]);
  }

  started(atMs: number): void {
    this.#moveTo(atMs);
    this.#due += 1;
  }

  dropped(atMs: number, count: number): void {
    this.#moveTo(atMs);
    this.#due += count;
    this.#dropped += count;
  }

  virtualUsers(atMs: number, count: number): void {
    this.#moveTo(atMs);
    this.#virtualUsers = count;
  }

  /** What is being counted, and the requests of the last second that is whole. */
  now(): { readonly virtualUsers: number; readonly requestsPerSecond: number } {
    return { virtualUsers: this.#virtualUsers, requestsPerSecond: this.#seconds.at(-1)?.requests ?? 0 };
  }

  /** Every second so far, the unfinished one included. */
  seconds(): SecondOfLoad[] {
    return this.#second === undefined ? [] : [...this.#seconds, this.#current(this.#second)];
  }

  #moveTo(atMs: number): void {
    const second = Math.floor(atMs / 1000);
    this.#second ??= second;
    while (this.#second < second) {
      this.#seconds.push(this.#current(this.#second));
      this.#latencies.reset();
      this.#due = 0;
      this.#dropped = 0;
      this.#failures = 0;
      this.#answered = null;
      this.#second += 1;
    }
  }

  #current(second: number): SecondOfLoad {
    return {
      second,
      virtualUsers: this.#virtualUsers,
      due: this.#due,
      dropped: this.#dropped,
      requests: this.#latencies.totalCount,
      failures: this.#failures,
      answered: this.#answered,
      latencies: encodeIntoCompressedBase64(this.#latencies),
    };
  }
}

/** From the first of all to the last of all. */
function hull(spans: readonly SecondOfLoad['answered'][]): SecondOfLoad['answered'] {
  const there = spans.filter((span) => span !== null);
  if (there.length === 0) return null;
  return {
    firstMs: Math.min(...there.map(({ firstMs }) => firstMs)),
    lastMs: Math.max(...there.map(({ lastMs }) => lastMs)),
  };
}

/** The seconds of several generators as one: users and requests add up, percentiles come from merged histograms. */
export function mergeSeconds(timelines: readonly (readonly SecondOfLoad[])[]): SecondOfLoad[] {
  const together = Map.groupBy(timelines.flat(), ({ second }) => second);
  const sum = (of: readonly number[]): number => of.reduce((total, value) => total + value, 0);
  const first = Math.min(...together.keys());
  const last = Math.max(...together.keys());
  // None of them may have been at work in a second between two that were.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => {
    const parts = together.get(first + at) ?? [];
    return {
      second: first + at,
      virtualUsers: sum(parts.map((part) => part.virtualUsers)),
      due: sum(parts.map((part) => part.due)),
      dropped: sum(parts.map((part) => part.dropped)),
      requests: sum(parts.map((part) => part.requests)),
      failures: sum(parts.map((part) => part.failures)),
      answered: hull(parts.map((part) => part.answered)),
      latencies: parts.length === 1 && parts[0] ? parts[0].latencies : mergeLatencies(parts),
    };
  });
}

function mergeLatencies(parts: readonly SecondOfLoad[]): string {
  const merged = coarseHistogram();
  for (const { latencies } of parts) merged.add(decode(latencies));
  return encodeIntoCompressedBase64(merged);
}

const decode = (latencies: string): Histogram =>
  decodeFromCompressedBase64(latencies, IN_MEMORY.bitBucketSize, IN_MEMORY.useWebAssembly);

/** The run second by second, from its first one. */
export function timelineOf(seconds: readonly SecondOfLoad[]): SecondOfRun[] {
  const first = seconds[0]?.second ?? 0;
  return seconds.map(({ second, virtualUsers, requests, failures, latencies }) => {
    const histogram = decode(latencies);
    return {
      second: second - first,
      ...{ virtualUsers, requests, failures },
      p50Ms: histogram.getValueAtPercentile(50) / 1000,
      p95Ms: histogram.getValueAtPercentile(95) / 1000,
    };
  });
}
