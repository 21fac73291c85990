import type { Rung } from '../../reports/index.ts';
import type { LadderRung } from './ladder.ts';
import { warmUpSeconds } from './warm-up.ts';

/** A rung without its warm-up. */
export interface MeasuredRung extends Rung, Pick<LadderRung, 'missedObjectives'> {}

/**
 * Removes the warm-up of a ladder's rungs: the same number of seconds from each, found by MSER-5.
 *
 * The rungs are read as replications of one transient, and the rule is applied to their average, second by second (Welch,
 * "The statistical analysis of simulation results", in "The Computer Performance Modeling Handbook", Academic Press 1983):
 * cut rung by rung it would also choose the quietest seconds of each. It sees
 * throughput and latency, as a queue that still fills shows in the second only.
 *
 * Throughput and failures are of the seconds used; `meanMs` and `p95Ms` are of the whole rung, whose merged histogram is
 * the only place where they can be had exactly.
 *
 * @param rungs at least one
 * @returns in the same order
 */
export function measureRungs(rungs: readonly LadderRung[]): MeasuredRung[] {
  const cut = Math.max(
    warmUpSeconds(averageRung(rungs.map(({ seconds }) => seconds.map(({ requests }) => requests)))),
    warmUpSeconds(averageRung(rungs.map(({ seconds }) => seconds.map(({ p95Ms }) => p95Ms)))),
  );
  return rungs.map((rung) => measureRung(rung, cut));
}

/** The mean of the series, each as shares of its own mean, as long as the shortest of them. */
function averageRung(series: readonly (readonly number[])[]): number[] {
  const shares = series.map((values) => {
    const total = values.reduce((sum, value) => sum + value, 0);
    return values.map((value) => (total === 0 ? 0 : (value * values.length) / total));
  });
  const length = Math.min(...series.map((values) => values.length));
  return Array.from({ length }, (_, second) =>
    shares.reduce((sum, values) => sum + (values[second] ?? 0) / shares.length, 0),
  );
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
