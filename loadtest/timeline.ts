import { latencyHistogram } from '../reports/latency.ts';
import type { SecondOfRun } from '../reports/schema.ts';

/**
 * The run second by second. Only the current second has a histogram; a sample that arrives late, as k6 flushes
 * five times a second, counts in the second it arrives in.
 */
export class Timeline {
  readonly #seconds: SecondOfRun[] = [];
  readonly #latencies = latencyHistogram();
  #startedAtMs: number | undefined;
  #second = 0;
  #virtualUsers = 0;
  #failures = 0;

  request(atMs: number, durationMs: number, failed: boolean): void {
    this.#moveTo(atMs);
    this.#latencies.recordValue(microseconds(durationMs));
    if (failed) this.#failures += 1;
  }

  virtualUsers(atMs: number, count: number): void {
    this.#moveTo(atMs);
    this.#virtualUsers = count;
  }

  /** Every second so far, the unfinished one included. */
  seconds(): SecondOfRun[] {
    return this.#startedAtMs === undefined ? [] : [...this.#seconds, this.#current()];
  }

  #moveTo(atMs: number): void {
    this.#startedAtMs ??= atMs;
    const second = Math.floor((atMs - this.#startedAtMs) / 1000);
    while (this.#second < second) {
      this.#seconds.push(this.#current());
      this.#latencies.reset();
      this.#failures = 0;
      this.#second += 1;
    }
  }

  #current(): SecondOfRun {
    return {
      second: this.#second,
      virtualUsers: this.#virtualUsers,
      requests: this.#latencies.totalCount,
      failures: this.#failures,
      p50Ms: this.#latencies.getValueAtPercentile(50) / 1000,
      p95Ms: this.#latencies.getValueAtPercentile(95) / 1000,
    };
  }
}

const HOUR_US = 3_600_000_000;

/** Whole microseconds within what the histogram can track. */
export const microseconds = (durationMs: number): number =>
  Math.min(HOUR_US, Math.max(1, Math.round(durationMs * 1000)));
