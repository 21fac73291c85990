import type { MeasuredRung } from './measured-rungs.ts';

/**
 * A rung is past the knee for certain when at least a fifth of its users' demand is unmet. Nearer, chance lets a queue run
 * empty, and throughput is still below what the target can do.
 */
const UNMET_DEMAND = 0.2;
/**
 * Rungs this close to the best one are one plateau. Chance moves a rung of 30 s at 100 requests a second by some 2 %: a
 * narrower plateau would keep the lucky rungs only, and the knee would come out too high.
 */
const PLATEAU = 0.9;

/** Where a closed system stops following its users. */
export interface Saturation {
  readonly virtualUsers: number;
  readonly requestsPerSecond: number;
}

/**
 * The saturation point N* = (Z + R0) Xmax, where the asymptotes of throughput cross: X = N / (Z + R0) while nobody
 * waits, and X = Xmax when somebody always does (Kleinrock, "Queueing Systems" vol. 2, Wiley 1976, chapter 4; Denning
 * and Buzen, ACM Computing Surveys 10(3), 1978).
 *
 * Z is the users' idle time, known from the scenario. R0 is the mean latency of the lightest rung: one service time of error
 * in it moves N* by one user. Xmax is the mean throughput of the plateau: of the rungs past the knee those within 10 % of
 * the best. Where throughput falls so steeply past its peak that none of them is, it is that of the best rung.
 *
 * @param rungs of a closed ladder, in any order, at least one
 * @param idleMs mean time without a request in flight, per request and user
 * @returns null while throughput still follows the users
 */
export function findSaturation(rungs: readonly MeasuredRung[], idleMs: number): Saturation | null {
  const cycleSeconds = cycleSecondsOf(rungs, idleMs);
  const best = rungs.reduce((a, b) => (b.requestsPerSecond > a.requestsPerSecond ? b : a));
  const followed = cycleSeconds * best.requestsPerSecond;
  const past = rungs.filter((rung) => followed <= (1 - UNMET_DEMAND) * rung.virtualUsers);
  if (past.length === 0) return null;
  const level = past.filter((rung) => rung.requestsPerSecond >= PLATEAU * best.requestsPerSecond);
  const plateau = level.length === 0 ? [best] : level;
  const seconds = plateau.reduce((sum, { usedSeconds }) => sum + usedSeconds, 0);
  const requests = plateau.reduce((sum, rung) => sum + rung.requestsPerSecond * rung.usedSeconds, 0);
  return { virtualUsers: (cycleSeconds * requests) / seconds, requestsPerSecond: requests / seconds };
}

/** Z + R0: from one request of a user who never waits for others to the next. */
export function cycleSecondsOf(rungs: readonly MeasuredRung[], idleMs: number): number {
  const lightest = rungs.reduce((a, b) => (b.virtualUsers < a.virtualUsers ? b : a));
  return (idleMs + lightest.meanMs) / 1000;
}
