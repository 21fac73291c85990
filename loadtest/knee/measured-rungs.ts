import type { Rung } from '../../reports/index.ts';
import type { LadderRung } from './ladder.ts';
import { warmUpSeconds } from './warm-up.ts';

/** A rung without its warm-up. */
export interface MeasuredRung extends Rung, Pick<LadderRung, 'missedObjectives'> {}

/** Fewer show no common transient. */
const FEWEST_SUSTAINED = 3;

/**
 * Removes the warm-up of a ladder's rungs: the same number of seconds from each, found by MSER-5.
 *
 * The rungs are read as replications of one transient, and the rule is applied to what is usual among them, second by second (Welch,
 * "The statistical analysis of simulation results", in "The Computer Performance Modeling Handbook", Academic Press 1983):
 * cut rung by rung it would also choose the quietest seconds of each. It sees throughput and latency, as a queue that still
 * fills shows in the second only.
 *
 * What is usual is the median where Welch has the mean, and it is of the rungs that keep their objectives where there are some:
 * beyond them a queue fills or falls through all of a rung, and one such rung, or a stall in one, would hide in the mean that all
 * begin slowly.
 *
 * Throughput and failures are of the seconds used; `meanMs` and `p95Ms` are of the whole rung, whose merged histogram is
 * the only place where they can be had exactly.
 *
 * @param rungs at least one
 * @returns in the same order
 */
export function measureRungs(rungs: readonly LadderRung[]): MeasuredRung[] {
  const sustained = rungs.filter(({ missedObjectives }) => missedObjectives.length === 0);
  const replications = sustained.length < FEWEST_SUSTAINED ? rungs : sustained;
  const cut = Math.max(
    warmUpSeconds(usualRung(replications.map(({ seconds }) => seconds.map(({ requests }) => requests)))),
    warmUpSeconds(usualRung(replications.map(({ seconds }) => seconds.map(({ p95Ms }) => p95Ms)))),
  );
  return rungs.map((rung) => measureRung(rung, cut));
}

/** The median of the series, each as shares of its own median, as long as the shortest of them. */
function usualRung(series: readonly (readonly number[])[]): number[] {
  const shares = series.map((values) => {
    const usual = medianOf(values);
    return values.map((value) => (usual === 0 ? 0 : value / usual));
  });
  const length = Math.min(...series.map((values) => values.length));
  return Array.from({ length }, (_, second) => medianOf(shares.map((values) => values[second] ?? 0)));
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

function measureRung(
  { virtualUsers, seconds, latency, missedObjectives, beside }: LadderRung,
  cut: number,
): MeasuredRung {
  const used = seconds.slice(cut);
  const requests = used.reduce((sum, second) => sum + second.requests, 0);
  const failures = used.reduce((sum, second) => sum + second.failures, 0);
  return {
    virtualUsers,
    requestsPerSecond: requests / Math.max(1, used.length),
    meanMs: latency.meanMs,
    p95Ms: latency.p95Ms,
    failureShare: failures / Math.max(1, requests),
    warmUpSeconds: cut,
    usedSeconds: used.length,
    ...beside,
    withinObjectives: missedObjectives.length === 0,
    missedObjectives,
  };
}
