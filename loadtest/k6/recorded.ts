import exec from 'k6/execution';
import { Counter, Trend } from 'k6/metrics';
import type { CounterName, SafetyCounter } from './plan.ts';

/** Everything that the script itself adds to k6's samples. */

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

/** Milliseconds from when a request should have started to its answer; closed: from when it was sent. */
const answerTime = new Trend('answer_time', true);
/** Milliseconds that requests start too late: what the generator itself adds. */
const startLateness = new Trend('start_lateness', true);

/** @param serverTiming the header of the answer: kept with this sample and with no other */
export function recordAnswer(
  answerTimeMs: number,
  tags: Readonly<Record<string, string>>,
  serverTiming: string | undefined,
): void {
  if (serverTiming === undefined) {
    answerTime.add(answerTimeMs, tags);
    return;
  }
  const { metadata } = exec.vu.metrics;
  metadata.timing = serverTiming;
  answerTime.add(answerTimeMs, tags);
  delete metadata.timing;
}

export function recordLateness(lateMs: number, phase: string): void {
  startLateness.add(lateMs, { phase });
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
