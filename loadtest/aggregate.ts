import type { Histogram } from 'hdr-histogram-js';
import { latencyHistogram } from '../reports/latency.ts';
import type { SecondOfRun } from '../reports/schema.ts';
import { type CounterName, EVIDENCE_COUNTERS, SAFETY_COUNTERS } from './k6/plan.ts';
import type { Sample } from './samples.ts';
import { microseconds, Timeline } from './timeline.ts';

type RequestSample = Extract<Sample, { kind: 'request' }>;
type LatenessSample = Extract<Sample, { kind: 'lateness' }>;

export interface OperationTotals {
  requests: number;
  failures: number;
  /** Microseconds. */
  readonly histogram: Histogram;
}

/** What the samples of a run come to. */
export interface Aggregate {
  /** In the hold only, by operation. */
  readonly operations: ReadonlyMap<string, OperationTotals>;
  readonly total: OperationTotals;
  /** In the hold: how late users woke from thinking, in microseconds. */
  readonly lateness: Histogram;
  /** Over the whole run, ramp included: a leak during warm-up is a leak. */
  readonly counters: Readonly<Record<CounterName, number>>;
  readonly peakVirtualUsers: number;
  readonly heldMs: number;
  /** From the first to the last moment at the configured number; undefined when it was never reached. */
  readonly hold: TimeWindow | undefined;
  readonly unreadableSamples: number;
  readonly timeline: readonly SecondOfRun[];
}

/** Milliseconds since the epoch. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

const newTotals = (): OperationTotals => ({ requests: 0, failures: 0, histogram: latencyHistogram() });

/**
 * Folds k6's samples into histograms and counters, in memory that does not grow with the number of requests.
 *
 * The hold is when the `vus` gauge has stood at the configured number for the settling time. k6 reports it once a
 * second, so requests wait until the next report: they count when the hold had begun before them and goes on after
 * them. That removes the ramp, what the ramp leaves behind (the sign-ins, k6's growing heap, cold caches), a gap in
 * the middle and the wind-down by one rule. Failed requests keep their latency in the histogram:
 * leaving them out would drop the slowest answers, the timeouts.
 */
export class RunAggregator {
  readonly #configuredUsers: number;
  readonly #settleMs: number;
  readonly #operations = new Map<string, OperationTotals>();
  readonly #total = newTotals();
  readonly #lateness = latencyHistogram();
  readonly #counters: Record<CounterName, number>;
  readonly #timeline = new Timeline();
  #undecided: (RequestSample | LatenessSample)[] = [];
  #fullSinceMs: number | undefined;
  /** The last report, if it was within the hold. */
  #holdingAtMs: number | undefined;
  #peakVirtualUsers = 0;
  #heldMs = 0;
  #hold: TimeWindow | undefined;
  #unreadableSamples = 0;

  /** @param settleMs how long the full number of users works before anything counts */
  constructor(configuredUsers: number, settleMs: number) {
    this.#configuredUsers = configuredUsers;
    this.#settleMs = settleMs;
    const names = [...SAFETY_COUNTERS, ...EVIDENCE_COUNTERS];
    this.#counters = Object.fromEntries(names.map((name) => [name, 0])) as Record<CounterName, number>; // all names are set
  }

  add(sample: Sample): void {
    switch (sample.kind) {
      case 'request':
        this.#undecided.push(sample);
        this.#timeline.request(sample.atMs, sample.durationMs, sample.failed);
        break;
      case 'lateness':
        this.#undecided.push(sample);
        break;
      case 'virtual-users':
        this.#virtualUsers(sample.atMs, sample.count);
        break;
      case 'counter':
        this.#counters[sample.name] += sample.value;
        break;
      case 'unreadable':
        this.#unreadableSamples += 1;
    }
  }

  result(): Aggregate {
    return {
      operations: this.#operations,
      total: this.#total,
      lateness: this.#lateness,
      counters: this.#counters,
      peakVirtualUsers: this.#peakVirtualUsers,
      heldMs: this.#heldMs,
      hold: this.#hold,
      unreadableSamples: this.#unreadableSamples,
      timeline: this.#timeline.seconds(),
    };
  }

  #virtualUsers(atMs: number, count: number): void {
    const isFull = count === this.#configuredUsers;
    if (isFull && this.#holdingAtMs !== undefined) {
      this.#heldMs += atMs - this.#holdingAtMs;
      this.#hold = { fromMs: this.#hold?.fromMs ?? this.#holdingAtMs, toMs: atMs };
      for (const sample of this.#undecided) {
        if (sample.kind === 'request') this.#count(sample);
        else this.#lateness.recordValue(microseconds(sample.lateMs));
      }
    }
    this.#undecided = [];
    this.#fullSinceMs = isFull ? (this.#fullSinceMs ?? atMs) : undefined;
    const hasSettled = this.#fullSinceMs !== undefined && atMs - this.#fullSinceMs >= this.#settleMs;
    this.#holdingAtMs = hasSettled ? atMs : undefined;
    this.#peakVirtualUsers = Math.max(this.#peakVirtualUsers, count);
    this.#timeline.virtualUsers(atMs, count);
  }

  #count({ operation, durationMs, failed }: RequestSample): void {
    let totals = this.#operations.get(operation);
    if (!totals) {
      totals = newTotals();
      this.#operations.set(operation, totals);
    }
    for (const each of [totals, this.#total]) {
      each.requests += 1;
      if (failed) each.failures += 1;
      each.histogram.recordValue(microseconds(durationMs));
    }
  }
}
