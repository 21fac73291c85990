import type { Knee } from '../../reports/schema/index.ts';
import { latencyOf } from '../../reports/statistics/index.ts';
import type { PhaseTotals } from '../generator/index.ts';
import { type BusiestDatabase, findKnee, type LadderRung } from '../knee/index.ts';
import { isLadder, meanThinkTimeMs, peopleThinkMs, type Scenario } from '../scenarios/index.ts';
import type { Evidence } from './evidence.ts';
import {
  foreignStatement,
  isForeign,
  isShort,
  machineShareOf,
  machineStatement,
  targetTimes,
  workerCpuMsOf,
} from './machine-share.ts';
import { LATENESS_MAX_MS, MACHINE_FULL_MAX_PERCENT, SILENCE_MAX_MS } from './void-bounds.ts';

/** What a ladder came to. */
export interface Climb {
  /** From the lowest, up to the first on which the generator was the limit. */
  readonly rungs: readonly LadderRung[];
  /** What the generator was short of on the next one; undefined when the ladder was climbed to its top. */
  readonly spoiledBy: string | undefined;
  /**
   * Whether that was this machine, by its share of the answers or by other work on it: another machine, or this one on
   * another day, would have climbed further.
   */
  readonly isMachines: boolean;
  /** The phase of the highest rung below the first that missed an objective; undefined: there is none. */
  readonly sustainedPhase: string | undefined;
  /** null: the run was cut short, too few rungs are usable, or the lowest misses an objective. */
  readonly knee: Knee | null;
}

type FoundKnee = Pick<Knee, 'requestsPerSecond' | 'requestsPerSecondBracket'>;

/** Fewer show no bend. */
export const RUNGS_MIN = 3;
/** Of what the model alone answers: users of a rung come within its first seconds, and chance does the rest. */
const FOLLOWING_MIN = 0.9;

/**
 * Above the first rung on which the generator or its machine was the limit nothing is used: the target may have been held
 * up by that, and so may every rung after it.
 *
 * @returns null when the scenario is no ladder
 */
export function climbOf(evidence: Evidence): Climb | null {
  if (!isLadder(evidence.scenario)) return null;
  const sound = soundRungs(evidence);
  const failed = sound.rungs.findIndex(({ missedObjectives }) => missedObjectives.length > 0);
  const sustained = failed === -1 ? sound.rungs.length : failed;
  const sustainedPhase = evidence.scenario.phases.filter(({ counts }) => counts)[sustained - 1]?.name;
  const climb = { ...sound, sustainedPhase };
  return { ...climb, knee: evidence.death ? null : kneeOf(climb, evidence) };
}

function kneeOf({ rungs, spoiledBy, sustainedPhase }: Omit<Climb, 'knee'>, evidence: Evidence): Knee | null {
  if (rungs.length < RUNGS_MIN || sustainedPhase === undefined) return null;
  const { scenario } = evidence;
  const knee = findKnee({
    rungs,
    idleMs: meanThinkTimeMs(scenario),
    busiestDatabase: busiestOf(sustainedPhase, evidence),
  });
  if (!knee) return null;
  const officeUsers = officeUsersAt(knee, scenario);
  if (knee.state !== 'beyond' || spoiledBy === undefined) return { ...knee, officeUsers };
  return { ...knee, officeUsers, limitedBy: `the generator, on the next rung: ${spoiledBy}` };
}

/** The ladder's own users are impatient, so that k6 does not run out of memory first; these are people at work. */
function officeUsersAt(
  { requestsPerSecond, requestsPerSecondBracket: bracket }: FoundKnee,
  scenario: Scenario,
) {
  const thinkMs = peopleThinkMs(scenario);
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

function soundRungs(evidence: Evidence): Omit<Climb, 'knee' | 'sustainedPhase'> {
  const rungs: LadderRung[] = [];
  let startsAtSeconds = 0;
  for (const phase of evidence.scenario.phases) {
    const fromSeconds = startsAtSeconds;
    startsAtSeconds += phase.seconds;
    if (!phase.counts) continue;
    const totals = evidence.aggregate.phases.get(phase.name);
    if (!totals) break;
    const { missed, machine } = judged(phase.name, totals, evidence);
    const shortage =
      shortageOn(phase.name, totals, evidence) ?? silenceIn(evidence, fromSeconds, startsAtSeconds);
    const cpu = evidence.surroundings.cpuByPhase.get(phase.name);
    const foreign = cpu && isForeign(cpu) ? foreignStatement(cpu) : undefined;
    if (shortage !== undefined)
      return {
        rungs,
        spoiledBy: [shortage, foreign].filter(Boolean).join('; '),
        isMachines: foreign !== undefined,
      };
    if (machine !== undefined) return { rungs, spoiledBy: machine, isMachines: true };
    rungs.push({
      virtualUsers: Math.round(phase.share * evidence.scenario.virtualUsers),
      seconds: secondsOf(evidence, fromSeconds, startsAtSeconds),
      latency: latencyOf(totals.histogram),
      missedObjectives: missed,
      beside: besideOf(phase.name, evidence),
    });
  }
  return { rungs, spoiledBy: undefined, isMachines: false };
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

/** What the target missed on a rung, or what of it the machine alone did. */
function judged(
  name: string,
  totals: PhaseTotals,
  evidence: Evidence,
): { readonly missed: string[]; readonly machine: string | undefined } {
  const { scenario, modelled, surroundings } = evidence;
  const surrounded = {
    modelled: modelled?.answers.get(name),
    workerCpuMs: workerCpuMsOf(evidence),
    cpu: surroundings.cpuByPhase.get(name),
  };
  const times = targetTimes(totals, scenario, surrounded);
  const slow = times.filter(({ targetMs, boundMs }) => targetMs > boundMs);
  const failed = totals.failures > scenario.failureBudget * totals.requests;
  const crowded = times.reduce((a, b) => (machineShareOf(b) > machineShareOf(a) ? b : a));
  // A queue that overflows in the model, too, is the target's.
  const modelFails = (surrounded.modelled?.failureShare ?? 1) > scenario.failureBudget;
  const machineDecides = machineShareOf(crowded) > 1 && slow.length === 0 && !(failed && modelFails);
  if (machineDecides) return { missed: [], machine: machineStatement(crowded, surrounded.cpu) };
  const throttled = slow.length === 0 && !failed && throttledTo(name, totals, evidence);
  if (throttled) return { missed: [], machine: throttled };
  return {
    missed: [...(failed ? ['the error budget'] : []), ...slow.map((time) => time.name)],
    machine: undefined,
  };
}

function besideOf(name: string, { modelled, surroundings }: Evidence): NonNullable<LadderRung['beside']> {
  const alone = modelled?.answers.get(name);
  const cpu = surroundings.cpuByPhase.get(name);
  return {
    ...(alone && { modelledP95Ms: alone.p95Ms }),
    ...(cpu && { foreignCpuPercent: cpu.foreignPercent }),
  };
}

/** Throughput that stopped following is the target's only where the model alone stops, too. */
function throttledTo(name: string, { requests }: PhaseTotals, evidence: Evidence): string | undefined {
  const { scenario, modelled, surroundings } = evidence;
  const alone = modelled?.answers.get(name)?.requestsPerSecond ?? 0;
  const cpu = surroundings.cpuByPhase.get(name);
  const perSecond = requests / (scenario.phases.find((phase) => phase.name === name)?.seconds ?? 1);
  if (perSecond >= FOLLOWING_MIN * alone || !isShort(cpu)) return undefined;
  return `${perSecond.toFixed(0)} requests/s, where the model alone answers ${alone.toFixed(0)}`;
}

/** The database that was serving for the largest share of a phase's time; where requests are refused it serves too few. */
function busiestOf(phase: string, { scenario, aggregate, useByPhase }: Evidence): BusiestDatabase | null {
  const use = useByPhase.get(phase);
  const seconds = scenario.phases.find(({ name }) => name === phase)?.seconds ?? 0;
  const [busiest] = use?.databases.toSorted((one, other) => other.busyMs - one.busyMs) ?? [];
  // The readings cover a little less than the phase.
  const covered = (use?.observedMs ?? 0) / 1000 / seconds;
  const requests = covered * (aggregate.phases.get(phase)?.requests ?? 0);
  if (!busiest || busiest.busyMs === 0 || requests === 0) return null;
  return {
    database: `${busiest.database} (${busiest.instance})`,
    meanServiceMs: busiest.busyMs / busiest.requests,
    visits: busiest.requests / requests,
  };
}
