import { logNormalSampler, randomKey, type Uniform, unitsOf } from '../../fixtures/generator/index.ts';
import { askedShareAt, parseSample, SampleAggregator, type Samples } from '../generator/index.ts';
import { rounds } from '../journey/index.ts';
import { durationSecondsOf, offeredPerSecond, type Scenario } from '../scenarios/index.ts';
import type { SimulatedTarget } from './simulated-targets.ts';

/** What is wrong with the generator; nothing unless told otherwise. */
export interface Disturbance {
  /** Users that k6 may have, fewer than the scenario's. */
  readonly users?: number;
  /** How late the generator starts what is due, in milliseconds. */
  readonly lateMs?: (atSeconds: number, uniform: Uniform) => number;
  /** Operations that the script leaves out. */
  readonly omitted?: readonly string[];
  /** Turns a line of the sample stream into what arrives of it. */
  readonly line?: (line: string, atSeconds: number) => string | undefined;
}

/** k6 gives up on a request after this time (k6/target.ts). */
const TIMEOUT_MS = 30_000;
const TIMED_OUT = { answerMs: TIMEOUT_MS, failed: 'connection' } as const;
const START_MS = Date.parse('2026-11-21T12:00:00Z');
const POPS = ['LHR', 'MAN', 'EDI'];

interface TimedLine {
  readonly atSeconds: number;
  readonly line: string;
}

/**
 * A run without k6, clock and network: users, a target and what is wrong with them, simulated event by event, written
 * as k6 writes its samples, and read by the real parser and aggregator.
 */
export function simulatedSamples(
  scenario: Scenario,
  target: SimulatedTarget,
  disturbance: Disturbance = {},
  seed = 1,
): Samples {
  const aggregator = new SampleAggregator(scenario);
  for (const line of simulatedLines(scenario, target, disturbance, seed)) {
    const sample = parseSample(line);
    if (sample) aggregator.add(sample);
  }
  return aggregator.samples();
}

/** The sample stream of such a run, line by line. */
export function simulatedLines(
  scenario: Scenario,
  target: SimulatedTarget,
  disturbance: Disturbance = {},
  seed = 1,
): string[] {
  const uniform = unitsOf(randomKey(seed, 'simulated-run'));
  const run = new SimulatedRun(scenario, target, disturbance, uniform);
  if (scenario.model === 'closed') run.closed();
  else run.open();
  const { line: arriving = (line: string) => line } = disturbance;
  return run.lines().flatMap(({ line, atSeconds }) => arriving(line, atSeconds) ?? []);
}

class SimulatedRun {
  readonly #scenario: Scenario;
  readonly #target: SimulatedTarget;
  readonly #disturbance: Disturbance;
  readonly #uniform: Uniform;
  readonly #users: number;
  readonly #endSeconds: number;
  readonly #lines: TimedLine[] = [];

  constructor(scenario: Scenario, target: SimulatedTarget, disturbance: Disturbance, uniform: Uniform) {
    this.#scenario = scenario;
    this.#target = target;
    this.#disturbance = disturbance;
    this.#uniform = uniform;
    this.#users = disturbance.users ?? scenario.virtualUsers;
    this.#endSeconds = durationSecondsOf(scenario);
  }

  lines(): TimedLine[] {
    for (let second = 1; second <= this.#endSeconds; second += 1) {
      const atSeconds = second + this.#lateMs(second) / 1000;
      this.#emit('vus_max', atSeconds, this.#users, {});
      this.#emit('vus', atSeconds, this.#isOpen() ? this.#users : this.#usersAt(second), {});
    }
    return this.#lines.toSorted((a, b) => a.atSeconds - b.atSeconds);
  }

  closed(): void {
    const think = logNormalSampler(this.#scenario.thinkTimeMedianMs, this.#scenario.thinkTimeSigma);
    const users = Array.from({ length: this.#users }, (_, number) => ({
      number,
      work: rounds(this.#scenario.journey, this.#uniform),
      dueSeconds: this.#arrivalOf(number) + think(this.#uniform) / 1000,
    }));
    for (;;) {
      const user = users.reduce((a, b) => (b.dueSeconds < a.dueSeconds ? b : a));
      if (user.dueSeconds >= this.#endSeconds) return;
      const startSeconds = user.dueSeconds + this.#lateMs(user.dueSeconds) / 1000;
      this.#start(startSeconds, user.dueSeconds, startSeconds);
      const answerMs = this.#request(
        user.work.next(false).value.operation,
        user.number,
        startSeconds,
        startSeconds,
      );
      user.dueSeconds = startSeconds + (answerMs + think(this.#uniform)) / 1000;
    }
  }

  open(): void {
    const users = Array.from({ length: this.#users }, (_, number) => ({
      number,
      work: rounds(this.#scenario.journey, this.#uniform),
    }));
    const waiting: { user: (typeof users)[number]; untilSeconds: number }[] = [];
    let due = 0;
    const step = 1 / offeredPerSecond(this.#scenario);
    for (let seconds = 0; seconds < this.#endSeconds; seconds += step) {
      due += askedShareAt(this.#scenario.phases, seconds) ?? 0;
      if (due < 1) continue;
      due -= 1;
      const startSeconds = seconds + this.#lateMs(seconds) / 1000;
      for (let at = waiting.length - 1; at >= 0; at -= 1) {
        const back = waiting[at];
        if (back && back.untilSeconds <= startSeconds)
          users.push(...waiting.splice(at, 1).map(({ user }) => user));
      }
      const user = users.shift();
      if (!user) {
        this.#emit('dropped_iterations', startSeconds, 1, {});
        continue;
      }
      this.#start(startSeconds, seconds, seconds);
      const answerMs = this.#request(
        user.work.next(false).value.operation,
        user.number,
        startSeconds,
        seconds,
      );
      waiting.push({ user, untilSeconds: startSeconds + answerMs / 1000 });
    }
  }

  /** @returns how long the user is busy with it */
  #request(operation: string, user: number, startSeconds: number, intendedSeconds: number): number {
    if (this.#disturbance.omitted?.includes(operation)) return 0;
    const pop = POPS[user % POPS.length] ?? '';
    const answer = this.#target({
      atSeconds: startSeconds,
      operation,
      pop,
      user,
      uniform: this.#uniform,
    });
    const { answerMs, failed } = answer.answerMs < TIMEOUT_MS ? answer : TIMED_OUT;
    const endSeconds = startSeconds + answerMs / 1000;
    const tags = {
      op: operation,
      pop,
      account: 'acme',
      placement: 'shared',
      phase: this.#phaseAt(intendedSeconds),
    };
    this.#emit('http_req_duration', endSeconds, answerMs, tags);
    const fromIntendedMs = (endSeconds - intendedSeconds) * 1000;
    const answered = { ...tags, failed: String(failed !== undefined) };
    this.#emit('answer_time', endSeconds, fromIntendedMs, answered);
    if (failed !== 'connection') this.#emit('tally', endSeconds, 1, { of: 'documents_checked' });
    if (failed) this.#emit('tally', endSeconds, 1, { of: 'unexpected_status' });
    return answerMs;
  }

  #start(startSeconds: number, dueSeconds: number, phaseOfSeconds: number): void {
    const lateMs = (startSeconds - dueSeconds) * 1000;
    this.#emit('start_lateness', startSeconds, lateMs, { phase: this.#phaseAt(phaseOfSeconds) });
  }

  #emit(metric: string, atSeconds: number, value: number, tags: Readonly<Record<string, string>>): void {
    const data = { time: new Date(START_MS + atSeconds * 1000).toISOString(), value, tags };
    this.#lines.push({ atSeconds, line: JSON.stringify({ metric, type: 'Point', data }) });
  }

  #lateMs(atSeconds: number): number {
    return this.#disturbance.lateMs?.(atSeconds, this.#uniform) ?? 0;
  }

  #isOpen(): boolean {
    return this.#scenario.model === 'open';
  }

  #usersAt(seconds: number): number {
    const share = askedShareAt(this.#scenario.phases, seconds) ?? this.#scenario.phases.at(-1)?.share ?? 0;
    return Math.min(this.#users, Math.round(share * this.#scenario.virtualUsers));
  }

  /** When the phases first ask for this user. Nobody leaves again. */
  #arrivalOf(number: number): number {
    const { phases, virtualUsers } = this.#scenario;
    for (let seconds = 0; seconds < this.#endSeconds; seconds += 1 / 4)
      if ((askedShareAt(phases, seconds) ?? 0) * virtualUsers > number) return seconds;
    return this.#endSeconds;
  }

  #phaseAt(seconds: number): string {
    let endsAt = 0;
    for (const { name, seconds: length } of this.#scenario.phases) {
      endsAt += length;
      if (seconds < endsAt) return name;
    }
    return this.#scenario.phases.at(-1)?.name ?? '';
  }
}
