import type { Uniform } from '../../fixtures/generator/index.ts';

export interface SimulatedAnswer {
  /** Infinity: the answer never comes. */
  readonly answerMs: number;
  /** An unexpected status, or a connection that was lost or refused. */
  readonly failed?: 'status' | 'connection';
}

/** How the target answers. Called in the order in which requests reach it. */
export type SimulatedTarget = (request: {
  readonly atSeconds: number;
  readonly operation: string;
  readonly pop: string;
  /** Whose request it is, from 0. */
  readonly user: number;
  readonly uniform: Uniform;
}) => SimulatedAnswer;

/** A target that answers everything within this many milliseconds, evenly spread from half of it. */
export const answersWithin =
  (maxMs: number): SimulatedTarget =>
  ({ uniform }) => ({ answerMs: maxMs * (0.5 + uniform() / 2) });

export const healthy = answersWithin(20);

/** Answers as the healthy target does until a moment, and then otherwise. */
export const from =
  (seconds: number, then: SimulatedTarget, until = Number.POSITIVE_INFINITY): SimulatedTarget =>
  (request) =>
    (request.atSeconds >= seconds && request.atSeconds < until ? then : healthy)(request);

/** Takes requests and never answers. */
export const hangs: SimulatedTarget = () => ({ answerMs: Number.POSITIVE_INFINITY });

/** Answers this share of the requests otherwise, and the rest as the healthy target does. */
export const sometimes =
  (share: number, then: SimulatedTarget): SimulatedTarget =>
  (request) =>
    (request.uniform() < share ? then : healthy)(request);

export const refuses: SimulatedTarget = () => ({ answerMs: 0.2, failed: 'connection' });

/** One request at a time, each for this long: a database at its knee, or beyond. */
export function oneAtATime(serviceMs: number): SimulatedTarget {
  let freeAtSeconds = 0;
  return ({ atSeconds }) => {
    freeAtSeconds = Math.max(atSeconds, freeAtSeconds) + serviceMs / 1000;
    return { answerMs: (freeAtSeconds - atSeconds) * 1000 };
  };
}

/** Answers nothing from one moment to another, and then everything at once. */
export const stalls =
  (fromSeconds: number, toSeconds: number): SimulatedTarget =>
  (request) => {
    const { answerMs } = healthy(request);
    const isStalled = request.atSeconds >= fromSeconds && request.atSeconds < toSeconds;
    return { answerMs: answerMs + (isStalled ? (toSeconds - request.atSeconds) * 1000 : 0) };
  };
