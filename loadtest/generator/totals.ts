import type { Histogram } from 'hdr-histogram-js';
import { latencyHistogram, recordLatency } from '../../reports/statistics/index.ts';
import type { CounterName } from '../k6/index.ts';
import type { SecondOfLoad } from './timeline.ts';

/** Requests that are looked at together. */
export interface Totals {
  requests: number;
  failures: number;
  /** Microseconds. */
  readonly histogram: Histogram;
}

/** The finest cut of the requests. */
export interface SeriesTotals extends Totals {
  readonly operation: string;
  readonly account: string;
  readonly pop: string;
  readonly placement: string;
}

/** One phase of the scenario. */
export interface PhaseTotals extends Totals {
  readonly operations: ReadonlyMap<string, Totals>;
  /** How late requests started, in microseconds. */
  readonly lateness: Histogram;
  /** By operation, account, PoP and placement; nothing in a phase that does not count. */
  readonly series: ReadonlyMap<string, SeriesTotals>;
  /** By part and server; nothing in a phase that does not count. */
  readonly serviceParts: ReadonlyMap<string, PartTotals>;
}

/** Time that requests spent in one place, as the Worker's Server-Timing says. */
export interface PartTotals {
  readonly part: string;
  /** Empty where there is no such thing. */
  readonly servedBy: string;
  totalMs: number;
  /** Microseconds. */
  readonly histogram: Histogram;
}

export const CHECKED = ['bodies_checked', 'documents_checked'] as const;
export type Counters = Readonly<Record<CounterName | (typeof CHECKED)[number], number>>;

/** What the samples of one k6 process come to. Several are merged exactly (./aggregate.ts). */
export interface Samples {
  /** By the name of the scenario's phase, those that do not count included. */
  readonly phases: ReadonlyMap<string, PhaseTotals>;
  /** Phases that count only: the same requests measured from when they were sent. */
  readonly fromSending: Histogram;
  /** Phases that count only, and only requests that opened a connection: how long connection and TLS took together. */
  readonly connecting: Histogram;
  /** Over the whole run, ramp included: a leak during warm-up is a leak. */
  readonly counters: Counters;
  /** Over the whole run: requests that were due and for which no user was free. */
  readonly droppedIterations: number;
  readonly seconds: readonly SecondOfLoad[];
  /** When the load began, milliseconds since the epoch; undefined before the first request. */
  readonly startedAtMs: number | undefined;
  /** The same as k6 itself told it, before any user was there. */
  readonly begunAtMs: number | undefined;
  /** The longest time between two reports of the `vus` gauge, which k6 sends once a second. */
  readonly longestSilenceMs: number;
  /** The silences of more than a second and a half, in milliseconds since the epoch. */
  readonly silences: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** The most users that k6 had made at once: in the open model the ceiling on those that wait. */
  readonly usersMade: number;
  readonly unreadableSamples: number;
  /** Documents that were written, or may have been, as `resource/id`, where that is told. */
  readonly written: readonly string[];
}

export const newTotals = (): Totals => ({
  requests: 0,
  failures: 0,
  histogram: latencyHistogram(),
});

/**
 * Failed requests keep their latency: leaving them out would drop the slowest answers, the timeouts.
 *
 * @param durationMs at least 0
 */
export function countRequest(totals: Totals, durationMs: number, failed: boolean): void {
  totals.requests += 1;
  if (failed) totals.failures += 1;
  recordLatency(totals.histogram, durationMs);
}

/** The same as counting every request of all parts in one. */
export function mergeTotals(parts: Iterable<Totals>): Totals {
  const merged = newTotals();
  for (const { requests, failures, histogram } of parts) {
    merged.requests += requests;
    merged.failures += failures;
    if (histogram.totalCount > 0) merged.histogram.add(histogram);
  }
  return merged;
}
