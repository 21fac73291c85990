import { latencyOf } from '../../reports/latency.ts';
import type { Knee } from '../../reports/schema/index.ts';
import type { PhaseTotals } from '../generator/index.ts';
import { type BusiestDatabase, findKnee, type LadderRung } from '../knee/index.ts';
import type { PlaneUse } from '../plane-use/usage-watch.ts';
import { isLadder, meanThinkTimeMs, type Scenario, scenarios } from '../scenarios/index.ts';
import { LATENESS_MAX_MS, MACHINE_FULL_MAX_PERCENT, SILENCE_MAX_MS } from './generator-bounds.ts';
import type { Evidence } from './signals.ts';

/** What a ladder came to. */
export interface Climb {
  /** From the lowest, up to the first on which the generator was the limit. */
  readonly rungs: readonly LadderRung[];
  /** What the generator was short of on the next one; undefined when the ladder was climbed to its top. */
  readonly spoiledBy: string | undefined;
  /** null: the run was cut short, too few rungs are usable, or the lowest misses an objective. */
  readonly knee: Knee | null;
}

type FoundKnee = Pick<Knee, 'requestsPerSecond' | 'requestsPerSecondBracket'>;

/** Fewer show no bend. */
export const RUNGS_MIN = 3;

/**
 * Above the first rung on which the generator or its machine was the limit nothing is used: the target may have been held
 * up by that, and so may every rung after it.
 *
 * @returns null when the scenario is no ladder
 */
export function climbOf(evidence: Evidence): Climb | null {
  if (!isLadder(evidence.scenario)) return null;
  const sound = soundRungs(evidence);
  return { ...sound, knee: evidence.death ? null : kneeOf(sound, evidence) };
}

function kneeOf(
  { rungs, spoiledBy }: Omit<Climb, 'knee'>,
  { scenario, use, aggregate }: Evidence,
): Knee | null {
  if (rungs.length < RUNGS_MIN) return null;
  const knee = findKnee({
    rungs,
    idleMs: meanThinkTimeMs(scenario),
    busiestDatabase: busiestOf(use, aggregate.total.requests),
  });
  if (!knee) return null;
  const officeUsers = officeUsersAt(knee);
  if (knee.state !== 'beyond' || spoiledBy === undefined) return { ...knee, officeUsers };
  return { ...knee, officeUsers, limitedBy: `the generator, on the next rung: ${spoiledBy}` };
}

/** The ladder's own users are impatient, so that k6 does not run out of memory first; these are people at work. */
function officeUsersAt({ requestsPerSecond, requestsPerSecondBracket: bracket }: FoundKnee) {
  const thinkMs = meanThinkTimeMs(scenarios.steady);
  const usersAt = (perSecond: number): number => (perSecond * thinkMs) / 1000;
  return {
    virtualUsers: usersAt(requestsPerSecond),
    bracket: bracket && {
      low: usersAt(bracket.low),
      high: bracket.high === null ? null : usersAt(bracket.high),
    },
    meanThinkTimeMs: thinkMs,
  };
}

function soundRungs(evidence: Evidence): Omit<Climb, 'knee'> {
  const rungs: LadderRung[] = [];
  let startsAtSeconds = 0;
  for (const phase of evidence.scenario.phases) {
    const fromSeconds = startsAtSeconds;
    startsAtSeconds += phase.seconds;
    if (!phase.counts) continue;
    const totals = evidence.aggregate.phases.get(phase.name);
    if (!totals) break;
    const spoiledBy =
      shortageOn(phase.name, totals, evidence) ?? silenceIn(evidence, fromSeconds, startsAtSeconds);
    if (spoiledBy !== undefined) return { rungs, spoiledBy };
    rungs.push({
      virtualUsers: Math.round(phase.share * evidence.scenario.virtualUsers),
      seconds: secondsOf(evidence, fromSeconds, startsAtSeconds),
      latency: latencyOf(totals.histogram),
      missedObjectives: missedOn(totals, evidence.scenario),
    });
  }
  return { rungs, spoiledBy: undefined };
}

/** @returns what the generator was short of while it held a rung */
function shortageOn(name: string, { lateness }: PhaseTotals, { surroundings }: Evidence): string | undefined {
  const lateMs = lateness.getValueAtPercentile(95) / 1000;
  if (lateness.totalCount === 0 || lateMs > LATENESS_MAX_MS) return `users woke ${lateMs.toFixed(0)} ms late`;
  const fullPercent = surroundings.machineFullPercentByPhase.get(name) ?? 100;
  return fullPercent > MACHINE_FULL_MAX_PERCENT
    ? `every core was busy in ${fullPercent.toFixed(0)} % of the seconds`
    : undefined;
}

/** @returns how long k6 reported nothing, when that was too long */
function silenceIn({ aggregate }: Evidence, fromSeconds: number, toSeconds: number): string | undefined {
  const { silences, startedAtMs = 0 } = aggregate;
  const lengthsMs = silences
    .filter(
      ({ fromMs, toMs }) =>
        toMs > startedAtMs + fromSeconds * 1000 && fromMs < startedAtMs + toSeconds * 1000,
    )
    .map(({ fromMs, toMs }) => toMs - fromMs);
  const longestMs = Math.max(0, ...lengthsMs);
  return longestMs > SILENCE_MAX_MS
    ? `k6 reported nothing for ${(longestMs / 1000).toFixed(1)} s`
    : undefined;
}

/** Whole seconds of the clock between two moments of the load. */
function secondsOf({ aggregate }: Evidence, fromSeconds: number, toSeconds: number): LadderRung['seconds'] {
  const { timeline, seconds, startedAtMs = 0 } = aggregate;
  const firstAt = (seconds[0]?.second ?? 0) - startedAtMs / 1000;
  return timeline.filter(
    ({ second }) => firstAt + second >= fromSeconds && firstAt + second + 1 <= toSeconds,
  );
}

function missedOn({ operations, ...all }: PhaseTotals, scenario: Scenario): string[] {
  const { objectives, totalObjective, failureBudget } = scenario;
  const isOver = (histogram: PhaseTotals['histogram'], p95Ms: number): boolean =>
    histogram.getValueAtPercentile(95) / 1000 > p95Ms;
  return [
    ...(all.failures > failureBudget * all.requests ? ['the error budget'] : []),
    ...[...operations].flatMap(([name, { histogram }]) => {
      const objective = objectives[name as keyof typeof objectives]; // the journey makes no others
      return isOver(histogram, objective.p95Ms) ? [`p95 of ${name}`] : [];
    }),
    ...(isOver(all.histogram, totalObjective.p95Ms) ? ['p95 of all'] : []),
  ];
}

/** The database that was serving for the largest share of the time. */
function busiestOf({ databases }: PlaneUse, requests: number): BusiestDatabase | null {
  const [busiest] = databases.toSorted((one, other) => other.busyMs - one.busyMs);
  if (!busiest || busiest.busyMs === 0 || requests === 0) return null;
  return {
    database: `${busiest.database} (${busiest.instance})`,
    meanServiceMs: busiest.busyMs / busiest.requests,
    visits: busiest.requests / requests,
  };
}
