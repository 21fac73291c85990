import { Counter, Trend } from 'k6/metrics';
import type { CounterName, SafetyCounter } from './plan.ts';

/** What one virtual user writes to the log at most: thousands of them share it. */
const SAMPLES_PER_USER = 2;
let samples = 0;

const counters: Readonly<Record<CounterName, Counter>> = {
  isolation_violations: new Counter('isolation_violations'),
  stale_reads: new Counter('stale_reads'),
  corrupt_bodies: new Counter('corrupt_bodies'),
  cacheable_responses: new Counter('cacheable_responses'),
  bodies_checked: new Counter('bodies_checked'),
  documents_checked: new Counter('documents_checked'),
  edit_conflicts: new Counter('edit_conflicts'),
  unexpected_status: new Counter('unexpected_status'),
};

/** How late users wake from thinking: what the generator itself adds to everything. */
const lateness = new Trend('think_lateness', true);

export function recordLateness(lateMs: number): void {
  lateness.add(lateMs);
}

export function count(name: CounterName, amount = 1): void {
  counters[name].add(amount);
}

/** Counts something that must not happen, and says what it was, as far as the log's share allows. */
export function countWithSample(name: SafetyCounter | 'unexpected_status', detail: string): void {
  count(name);
  samples += 1;
  if (samples <= SAMPLES_PER_USER) console.error(`${name}: ${detail}`);
}
