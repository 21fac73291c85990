import type { Behaviour, LatencyProfile } from '../../reference-worker/target/index.ts';
import type { Aggregate, Totals } from '../generator/index.ts';
import type { PlatformUse } from '../platform-use/index.ts';
import { operationsIn, type Scenario } from '../scenarios/index.ts';
import { type Demand, demandOf } from './demand.ts';
import { meanMs } from './mean-duration.ts';
import { type ModelledAnswers, type ModelledLoad, type Simulation, simulate } from './simulate.ts';

/** What the queue model alone makes of a run's load. */
export interface ModelledRun {
  /** Of each phase that counts, by its name. */
  readonly answers: ReadonlyMap<string, ModelledAnswers>;
  /** The phase with the most users: what variations start from. */
  readonly simulation: Simulation;
}

/** What is needed of a run. */
export interface RunToModel {
  readonly scenario: Scenario;
  readonly behaviour: Behaviour;
  readonly aggregate: Pick<Aggregate, 'phases'>;
  readonly useByPhase: ReadonlyMap<string, PlatformUse>;
}

/** Some hundred of the rarest operation; a hundred in each of the many variations. */
const [REQUESTS, VARIED_REQUESTS] = [10_000, 4_000];

/**
 * Runs the queue model at the mix and the demand that a run has measured.
 *
 * @returns undefined where the model has no say: nothing takes time in the profile, faults are planned, or the run has no
 *   phase in which nothing was refused
 */
export function modelledRun(run: RunToModel): ModelledRun | undefined {
  const { scenario, behaviour, aggregate } = run;
  if (behaviour.faults.length > 0 || !takesTime(behaviour.latency)) return undefined;
  const demand = measuredDemand(run);
  if (!demand) return undefined;
  const base = {
    profile: behaviour.latency,
    hasReplicas: behaviour.readReplication === 'auto',
    demand,
    seed: scenario.seed,
  };
  const loads = scenario.phases.flatMap(({ name, counts }, index) => {
    const operations = aggregate.phases.get(name)?.operations;
    return counts && operations?.size ? [{ name, load: loadOf(scenario, index, operations) }] : [];
  });
  const [first] = loads;
  if (!first) return undefined;
  const answers = new Map<string, ModelledAnswers>();
  for (const { name, load } of loads) answers.set(name, simulate({ ...base, load, requests: REQUESTS }));
  const { load } = loads.reduce((a, b) => (b.load.virtualUsers > a.load.virtualUsers ? b : a));
  return { answers, simulation: { ...base, load, requests: VARIED_REQUESTS } };
}

/** Whether the model has a say at all. */
export const takesTime = ({ d1 }: LatencyProfile): boolean =>
  meanMs(d1.readServiceMs) + meanMs(d1.writeServiceMs) > 0;

/** Of the first phase within the failure budget: who is refused asks for less, and a busy machine's SQL takes longer. */
function measuredDemand({ scenario, behaviour, aggregate, useByPhase }: RunToModel): Demand | undefined {
  for (const { name, counts } of scenario.phases) {
    const totals = aggregate.phases.get(name);
    const use = useByPhase.get(name);
    if (!counts || !totals || !use || totals.requests === 0 || use.observedMs === 0) continue;
    if (totals.failures > scenario.failureBudget * totals.requests) continue;
    // The account covers whole readings within the phase; the requests are those of the same share of it.
    const covered = use.observedMs / 1000 / phaseSeconds(scenario, name);
    const writes = operationsIn(scenario).reduce(
      (sum, { name: each, kind }) =>
        sum + (kind === 'write' ? (totals.operations.get(each)?.requests ?? 0) : 0),
      0,
    );
    return demandOf(
      use,
      {
        ...{ requests: Math.max(1, totals.requests * covered), writes: writes * covered },
        writeAnswerMs: meanWriteMs(scenario, totals.operations),
      },
      behaviour.latency.d1,
    );
  }
  return undefined;
}

/** Mean of all answers to writes, in milliseconds. */
function meanWriteMs(scenario: Scenario, operations: ReadonlyMap<string, Totals>): number {
  const answered = operationsIn(scenario).flatMap(({ name, kind }) => {
    const histogram = kind === 'write' ? operations.get(name)?.histogram : undefined;
    return histogram ? [histogram] : [];
  });
  const count = answered.reduce((sum, { totalCount }) => sum + totalCount, 0);
  const us = answered.reduce((sum, { mean, totalCount }) => sum + mean * totalCount, 0);
  return count === 0 ? Number.POSITIVE_INFINITY : us / count / 1_000;
}

const phaseSeconds = ({ phases }: Scenario, wanted: string): number =>
  phases.find(({ name }) => name === wanted)?.seconds ?? Number.NaN;

function loadOf(
  scenario: Scenario,
  phase: number,
  operations: ReadonlyMap<string, { readonly requests: number }>,
): ModelledLoad {
  const { model, thinkTimeMedianMs, thinkTimeSigma, popShares, phases, virtualUsers } = scenario;
  // Along a slope the most that it asks for.
  const share = Math.max(phases[phase]?.share ?? 0, phases[phase - 1]?.share ?? 0);
  return {
    ...{ model, thinkTimeMedianMs, thinkTimeSigma, popShares },
    virtualUsers: Math.max(1, Math.round(share * virtualUsers)),
    operations: operationsIn(scenario).map(({ name, kind }) => ({
      name,
      writes: kind === 'write',
      weight: operations.get(name)?.requests ?? 0,
    })),
  };
}
