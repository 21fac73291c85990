import { decide } from '../../reports/document/index.ts';
import { mergeSamples } from '../generator/index.ts';
import type { ModelledAnswers, ModelledRun } from '../queue-model/index.ts';
import { type Scenario, withOverrides } from '../scenarios/index.ts';
import { climbOf, type Evidence, signalsOf } from '../verdict/index.ts';
import { clean } from './clean-evidence.ts';
import { OPERATIONS, scenarios } from './scenarios.ts';
import { type Disturbance, simulatedSamples } from './simulated-run.ts';
import type { SimulatedTarget } from './simulated-targets.ts';

/** Ten rungs of 15 to 150 users who offer 8 to 84 requests a second. */
export const ladder = withOverrides(scenarios.step, { virtualUsers: 150, holdSeconds: 22 });
export const CLIMB_SECONDS = 10 + 22;
const anyLatency = { p95Ms: 1e6, p99Ms: 1e6, failureBudget: 1, why: 'Throughput alone.' };
export const patient: Scenario = {
  ...ladder,
  objectives: Object.fromEntries(OPERATIONS.map((name) => [name, anyLatency])) as Scenario['objectives'], // all names are set
  totalObjective: anyLatency,
};

interface Climb {
  readonly scenario?: Scenario;
  readonly target: SimulatedTarget;
  readonly generator?: Disturbance;
  /** Percent of the seconds with every core busy, rung by rung. */
  readonly full?: (rung: number) => number;
  /** What the queue model alone makes of each rung: every p95. */
  readonly modelledMs?: ((rung: number) => number) | undefined;
  /** Percent of a machine of two cores that is busy, and what others use of it, in percent of a core. */
  readonly busyPercent?: number;
  readonly foreignPercent?: number;
}

export function climbed({
  scenario = ladder,
  target,
  generator = {},
  full = () => 0,
  ...model
}: Climb): Evidence {
  const rungs = scenario.phases.filter(({ counts }) => counts);
  const { modelledMs, busyPercent = 30, foreignPercent = 1 } = model;
  const cpu = { cores: 2, busyPercent, foreignPercent, crowdedPercent: 0 };
  const answersOf = (rung: number): ModelledAnswers => ({
    requestsPerSecond: 1,
    failureShare: 0,
    busyShare: 0,
    meanMs: 10,
    p95Ms: modelledMs?.(rung) ?? 0,
    p95MsByOperation: new Map(OPERATIONS.map((name) => [name, modelledMs?.(rung) ?? 0])),
  });
  return {
    ...clean,
    scenario,
    aggregate: mergeSamples(scenario, [simulatedSamples(scenario, target, generator, 1)]),
    surroundings: {
      ...clean.surroundings,
      machineFullPercentByPhase: new Map(rungs.map(({ name }, rung) => [name, full(rung)])),
      cpuByPhase: new Map(rungs.map(({ name }) => [name, cpu])),
    },
    modelled: modelledMs && {
      answers: new Map(rungs.map(({ name }, rung) => [name, answersOf(rung)])),
      simulation: {} as ModelledRun['simulation'], // no verdict looks at it
    },
  };
}

export const usersOf = ({ virtualUsers }: Scenario, rung: number): number => (virtualUsers * (rung + 1)) / 10;
export const kneeIn = (evidence: Evidence) => climbOf(evidence)?.knee ?? null;
export const verdictOf = (evidence: Evidence) => decide(signalsOf(evidence));
