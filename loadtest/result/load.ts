import type {
  OperationResult,
  PhaseOfLoad,
  RunResult,
  ScenarioOfRun,
  Series,
  ServicePart,
} from '../../reports/schema/index.ts';
import { latencyOf } from '../../reports/statistics/index.ts';
import { type Aggregate, newTotals } from '../generator/index.ts';
import { judgedCounters, offeredPerSecond, operationsIn, type Scenario } from '../scenarios/index.ts';
import { shortHash } from '../short-hash.ts';

/** The load as it was asked for. */
export function askedScenario(scenario: Scenario): ScenarioOfRun {
  const { name, why, model, seed, virtualUsers, phases, slowMotion } = scenario;
  const { thinkTimeMedianMs, thinkTimeSigma, zipfExponent, popShares } = scenario;
  return {
    ...{ name, why, model, seed, virtualUsers, phases },
    ...(slowMotion > 1 && { slowMotion }),
    offeredPerSecond: offeredPerSecond(scenario),
    ...{ thinkTimeMedianMs, thinkTimeSigma, zipfExponent, popShares },
    journeyHash: shortHash([scenario.journey, scenario.accounts]),
    sizeBytes: scenario.sizeBytes,
    objectives: {
      p95Ms: rangeOf(scenario, 'p95Ms'),
      p99Ms: rangeOf(scenario, 'p99Ms'),
      failureBudget: scenario.failureBudget,
      longestStallMs: scenario.longestStallMs,
    },
  };
}

function rangeOf({ objectives }: Scenario, of: 'p95Ms' | 'p99Ms'): { low: number; high: number } {
  const values = Object.values(objectives).map((objective) => objective[of]);
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** Nothing where no request opened a connection. */
export const connectingOf = ({ connecting }: Aggregate): Pick<RunResult, 'connecting'> =>
  connecting.totalCount === 0 ? {} : { connecting: latencyOf(connecting) };

/** The load as it came about, in the phases that count. */
export function loadOf(scenario: Scenario, aggregate: Aggregate): RunResult['load'] {
  const { total, operations, peakVirtualUsers, heldMs, generators } = aggregate;
  const reads = operationsIn(scenario).reduce(
    (sum, { name, kind }) => sum + (kind === 'read' ? (operations.get(name)?.requests ?? 0) : 0),
    0,
  );
  const { requests, failures } = total;
  return {
    ...{ peakVirtualUsers, heldMs, requests, failures, generators },
    requestsPerSecond: requests / countingSeconds(scenario),
    readShare: requests === 0 ? 0 : reads / requests,
  };
}

/** Above 0: a scenario has a phase that counts. */
export const countingSeconds = ({ phases }: Pick<Scenario, 'phases'>): number =>
  phases.reduce((sum, { counts, seconds }) => sum + (counts ? seconds : 0), 0);

export function phasesOf(scenario: Scenario, { phases, seconds, startedAtMs }: Aggregate): PhaseOfLoad[] {
  let startsAt = (startedAtMs ?? 0) / 1000;
  return scenario.phases.map(({ name, counts, seconds: length }) => {
    const inside = seconds.filter(({ second }) => second >= startsAt && second + 1 <= startsAt + length);
    startsAt += length;
    const { requests, failures, histogram } = phases.get(name) ?? newTotals();
    const users = inside.reduce((sum, { virtualUsers }) => sum + virtualUsers, 0);
    return {
      ...{ name, counts, requests, failures },
      seconds: length,
      virtualUsers: users / Math.max(1, inside.length),
      requestsPerSecond: requests / length,
      latency: latencyOf(histogram),
    };
  });
}

export function measuredOperations(
  { operations }: Pick<Aggregate, 'operations'>,
  scenario: Scenario,
): OperationResult[] {
  return operationsIn(scenario).map(({ name, kind, objective }) => {
    const { requests, failures, histogram } = operations.get(name) ?? newTotals();
    return {
      ...{ name, requests, failures, kind },
      latency: latencyOf(histogram),
      objectiveP95Ms: objective.p95Ms,
      objectiveP99Ms: objective.p99Ms,
    };
  });
}

export const seriesOf = ({ series }: Pick<Aggregate, 'series'>): Series[] =>
  [...series.values()].map(({ operation, account, pop, placement, requests, failures, histogram }) => ({
    ...{ operation, account, pop, placement, requests, failures },
    latency: latencyOf(histogram),
  }));

export function servicePartsOf({ serviceParts }: Pick<Aggregate, 'serviceParts'>): ServicePart[] {
  const parts = [...serviceParts.values()];
  const allMs = parts.reduce((sum, { totalMs }) => sum + totalMs, 0);
  return parts.map(({ part, servedBy, totalMs, histogram }) => ({
    ...{ part, servedBy },
    latency: latencyOf(histogram),
    shareOfTime: allMs === 0 ? 0 : totalMs / allMs,
  }));
}

export function verificationFigures(
  scenario: Pick<Scenario, 'promises'>,
  { counters }: Aggregate,
): RunResult['verification'] {
  const judged = judgedCounters(scenario);
  return {
    bodiesChecked: counters.bodies_checked,
    documentsChecked: counters.documents_checked,
    isolationViolations: counters.isolation_violations,
    staleReads: counters.stale_reads,
    corruptBodies: counters.corrupt_bodies,
    // The rule of three holds for a clean run of at least three; nothing checked bounds nothing.
    leakRateUpperBound95: Math.min(1, 3 / Math.max(1, counters.documents_checked)),
    notPromised: [
      ...(judged.includes('stale_reads') ? [] : ['stale reads' as const]),
      ...(judged.includes('cacheable_responses') ? [] : ['cacheable responses' as const]),
    ],
  };
}
