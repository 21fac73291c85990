import type { Phase } from '../../reports/schema/index.ts';

/**
 * The open model: requests start on schedule, whatever came back, and are timed from when they should have started
 * (the remedy of wrk2 for coordinated omission: G. Tene, "How not to measure latency", 2013).
 *
 * k6 drives it with two executors. A lead-in with a ramping rate never counts, because k6 does not tell a script when
 * the first tick of that executor was. The plateau's constant-arrival-rate executor ticks at whole multiples of its
 * period from its own start (k6, lib/executor/constant_arrival_rate.go), in every execution segment alike.
 */
export interface Arrivals {
  /** Between two intended starts, over all generators. */
  readonly everyMs: number;
  /** How long the plateau lasts. */
  readonly lastsMs: number;
}

export interface OpenShape {
  readonly leadIn: readonly Phase[];
  /** All at one rate, to the end of the run. */
  readonly plateau: readonly Phase[];
}

/** Splits the phases of an open scenario, whose plateau begins once the rate does not change any more. */
export function openShape(phases: readonly Phase[]): OpenShape {
  const rate = phases.at(-1)?.share;
  const start = phases.findLastIndex(({ share }) => share !== rate) + 2;
  return { leadIn: phases.slice(0, start), plateau: phases.slice(start) };
}

/** @param meanThinkTimeMs in which all users of share 1 together make one request each */
export function arrivalsOf(
  phases: readonly Phase[],
  virtualUsers: number,
  meanThinkTimeMs: number,
): Arrivals {
  const { plateau } = openShape(phases);
  const lastsMs = plateau.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
  return { everyMs: meanThinkTimeMs / requestsPerThinkTime(plateau.at(-1), virtualUsers), lastsMs };
}

/** k6 takes whole rates: as many requests in a mean think time as there are users. */
export const requestsPerThinkTime = (phase: Phase | undefined, virtualUsers: number): number =>
  Math.round((phase?.share ?? 0) * virtualUsers);

/**
 * How late the running iteration started.
 *
 * @param progress of the plateau's executor: the share of its duration that is over
 * @param iteration its number over all generators, from 0
 */
export const lateMs = ({ everyMs, lastsMs }: Arrivals, progress: number, iteration: number): number =>
  Math.max(0, progress * lastsMs - iteration * everyMs);
