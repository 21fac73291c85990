import exec from 'k6/execution';
import { Counter, Trend } from 'k6/metrics';
import { type CounterName, type PlanId, RUNNER, type SafetyCounter, TALLY, type VERIFIED } from './plan.ts';

/** Everything that the script itself adds to k6's samples. */

/** What one virtual user writes to the log at most: thousands of them share it. */
const SAMPLES_PER_USER = 2;
let samples = 0;

/** Everything that is counted, told apart by a tag: a metric of its own takes 1.3 KB of each virtual user. */
const tally = new Counter(TALLY);

/** Milliseconds from when a request should have started to its answer; closed: from when it was sent (clock.ts). */
const answerTime = new Trend('answer_time', true);
/** Milliseconds that requests start too late: what the generator itself adds. */
const startLateness = new Trend('start_lateness', true);

// Kept by each user: k6 builds all of exec.vu, 5 KB, whenever it is asked for.
let metadata: Record<string, string> | undefined;

/**
 * The header is kept with this sample and with no other: k6 writes a dozen for each request.
 *
 * @param serverTiming the header of the answer, when it had one
 */
export function recordAnswer(
  answerTimeMs: number,
  tags: Readonly<Record<string, string>>,
  serverTiming: string | undefined,
): void {
  metadata ??= exec.vu.metrics.metadata as Record<string, string>;
  if (serverTiming !== undefined) metadata.timing = serverTiming;
  answerTime.add(answerTimeMs, tags);
  delete metadata.timing;
}

export function recordLateness(lateMs: number, phase: string): void {
  startLateness.add(lateMs, { phase });
}

/** Says which part of which plan this process has. */
export function recordRunner({ plan, scenario, users, seconds }: PlanId): void {
  const segment = exec.test.options.executionSegment ?? '0:1';
  tally.add(0, { of: RUNNER, plan, scenario, users: String(users), seconds: String(seconds), segment });
}

export function count(name: CounterName | typeof VERIFIED, amount = 1): void {
  tally.add(amount, { of: name });
}

/** Counts something that must not happen, and says what it was, as far as the log's share allows. */
export function countWithSample(name: SafetyCounter | 'unexpected_status', detail: string): void {
  count(name);
  samples += 1;
  if (samples <= SAMPLES_PER_USER) console.error(`${name}: ${detail}`);
}
