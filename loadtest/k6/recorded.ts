import exec from 'k6/execution';
import { Counter, Trend } from 'k6/metrics';
import { type BEGUN, type CounterName, type SafetyCounter, TALLY, type VERIFIED } from './plan.ts';

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
 * What is no tag is kept with this sample and with no other: k6 writes a dozen for each request.
 *
 * @param timing the Server-Timing header of the answer, when it had one
 * @param wrote the document that was written, as `resource/id`, where that is to be told
 */
export function recordAnswer(
  answerTimeMs: number,
  tags: Readonly<Record<string, string>>,
  timing: string | undefined,
  wrote: string | undefined,
): void {
  metadata ??= exec.vu.metrics.metadata as Record<string, string>;
  if (timing !== undefined) metadata.timing = timing;
  if (wrote !== undefined) metadata.wrote = wrote;
  answerTime.add(answerTimeMs, tags);
  delete metadata.timing;
  delete metadata.wrote;
}

export function recordLateness(lateMs: number, phase: string): void {
  startLateness.add(lateMs, { phase });
}

export function count(name: CounterName | typeof VERIFIED | typeof BEGUN, amount = 1): void {
  tally.add(amount, { of: name });
}

/** Counts something that must not happen, and says what it was, as far as the log's share allows. */
export function countWithSample(name: SafetyCounter | 'unexpected_status', detail: string): void {
  count(name);
  samples += 1;
  if (samples <= SAMPLES_PER_USER) console.error(`${name}: ${detail}`);
}
