import exec from 'k6/execution';
import type { Response } from 'k6/http';
import { type Arrivals, lateMs } from './open-model.ts';
import { type PhaseEnds, phaseAt } from './phases.ts';
import { recordLateness } from './recorded.ts';

/** When a request starts and how long its answer takes: where the two load models differ. */
export interface AnswerClock {
  /** Called before a request is sent. @returns the phase that it belongs to */
  start(): string;
  /** Called when its answer is there. @returns milliseconds */
  answerTimeMs(response: Response): number;
}

// Kept by each user: k6 builds all of exec.instance, 3 KB, whenever it is asked for, and a request asks three times.
let readElapsedMs: (() => number) | undefined;

/** How long k6 had run when the load began: setup() waits where several machines begin at one time. */
let beganMs = 0;

/** @param setUpMs what setup() returned */
export function beginAt(setUpMs: number | undefined): void {
  beganMs = setUpMs ?? 0;
}

/** Since the load began. Not Date.now(): that is whole milliseconds, and jumps when the machine's clock is set. */
export function elapsedMs(): number {
  readElapsedMs ??= Object.getOwnPropertyDescriptor(exec.instance, 'currentTestRunDuration')?.get;
  if (!readElapsedMs) throw new Error('k6_unknown: this k6 does not say how long the test has run; use 2.x.');
  return readElapsedMs() - beganMs;
}

/**
 * A user's own time begins when it asks.
 *
 * @param countsConnecting whether the user waits for connection and TLS, too
 */
export const closedClock = (phases: PhaseEnds, countsConnecting: boolean): AnswerClock => ({
  start: () => phaseAt(elapsedMs(), phases),
  answerTimeMs: ({ timings }) =>
    countsConnecting ? timings.connecting + timings.tls_handshaking + timings.duration : timings.duration,
});

export interface OpenClock extends AnswerClock {
  /** A request is due in the lead-in: taken to be on time, which is why it never counts. */
  dueNow(): void;
  /** A request of the plateau is due, or was. */
  due(arrivals: Arrivals): void;
}

export function openClock(phases: PhaseEnds): OpenClock {
  let intendedMs = 0;
  return {
    dueNow: () => {
      intendedMs = elapsedMs();
    },
    due: (arrivals) => {
      const late = lateMs(arrivals, exec.scenario.progress, exec.scenario.iterationInTest);
      intendedMs = elapsedMs() - late;
      recordLateness(late, phaseAt(intendedMs, phases));
    },
    start: () => phaseAt(intendedMs, phases),
    answerTimeMs: () => elapsedMs() - intendedMs,
  };
}
