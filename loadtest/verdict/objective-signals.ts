import type { Objective } from '../../reference-worker/target/index.ts';
import { certainP99Ms, latencyOf } from '../../reports/statistics/index.ts';
import type { Totals } from '../generator/index.ts';
import { isLadder, type OperationOfRun, operationsIn, type Scenario } from '../scenarios/index.ts';
import type { ScheduledRuns } from '../schedule.ts';
import { sum } from '../sum.ts';
import { certainShare } from './certain-share.ts';
import type { Evidence, Facts } from './evidence.ts';

/**
 * What the target is asked for: few failures, each operation and all of them together within their percentiles, and nobody
 * left waiting for long. A ladder goes beyond what the target can do by design, so only its samples are counted; its rungs are judged one by one.
 */
export function objectiveSignals({
  scenario,
  aggregate,
  scheduled,
}: Pick<Evidence, 'scenario' | 'aggregate' | 'scheduled'>): Facts[] {
  const { total, operations } = aggregate;
  const asked = operationsIn(scenario);
  const samples = asked.map(({ name }) => enoughSamples(name, operations.get(name), scenario));
  if (isLadder(scenario)) return samples;
  return [
    failureRate(total, scenario),
    ...asked.flatMap((operation) => failuresOf(operation, aggregate)),
    ...asked.flatMap(({ name, objective }) => p95(name, operations.get(name), objective)),
    ...p95('total', total, scenario.totalObjective),
    ...asked.flatMap(({ name, objective }) => p99(name, operations.get(name), objective)),
    ...p99('total', total, scenario.totalObjective),
    stall(aggregate, scenario),
    ...(scheduled ? [failedRuns(scheduled)] : []),
    ...samples,
  ];
}

const failedRuns = ({ runs, failures: [first, ...others] }: ScheduledRuns): Facts => ({
  id: 'scheduled-runs-failed',
  title: `Scheduled runs that failed, of ${runs}${first === undefined ? '' : ` (${first})`}`,
  kind: 'objective',
  observed: runs === 0 ? Number.NaN : others.length + (first === undefined ? 0 : 1),
  bound: 0,
  comparison: 'at most',
  unit: 'runs',
  onBreach: 'FAIL',
  why: 'The schedule shares the database with the users, and has to get its work done beside them.',
});

const failureRate = ({ requests, failures }: Totals, { failureBudget }: Scenario): Facts => ({
  id: 'failure-rate',
  title: 'Requests that failed in the phases that count',
  kind: 'objective',
  observed: requests === 0 ? Number.NaN : (100 * failures) / requests,
  bound: failureBudget * 100,
  comparison: 'at most',
  unit: '%',
  onBreach: 'FAIL',
  why: 'The error budget of the scenario: an unexpected status, a timeout or a lost connection.',
});

/** Over the whole run: most people sign in while the others come, too. */
function failuresOf({ name, objective }: OperationOfRun, { phases }: Evidence['aggregate']): Facts[] {
  const parts = [...phases.values()].flatMap(({ operations }) => operations.get(name) ?? []);
  const requests = sum(parts.map((part) => part.requests));
  const failures = sum(parts.map((part) => part.failures));
  if (requests === 0) return [];
  return [
    {
      id: `failures-${name}`,
      title: `Failing share of ${name}, beyond chance (${failures} of ${requests})`,
      kind: 'objective',
      observed: 100 * certainShare(failures, requests),
      bound: 100 * objective.failureBudget,
      comparison: 'at most',
      unit: '%',
      onBreach: 'FAIL',
      why:
        'Over the whole run. The average of all operations hides one that fails, and one failure among a few requests is ' +
        'no share: judged is the least share that explains the failures at 99 % confidence (Clopper and Pearson, 1934).',
    },
  ];
}

const stall = ({ longestStallMs }: Evidence['aggregate'], scenario: Scenario): Facts => ({
  id: 'longest-stall',
  title: 'Longest time in which requests waited and none was answered',
  kind: 'objective',
  observed: longestStallMs,
  bound: scenario.longestStallMs,
  comparison: 'at most',
  unit: 'ms',
  onBreach: 'FAIL',
  why: 'A freeze of everybody for some seconds is too short for a percentile, and no less noticed for that.',
});

const enoughSamples = (name: string, totals: Totals | undefined, { minimumSamples }: Scenario): Facts => ({
  id: `samples-${name}`,
  title: `Samples of ${name}`,
  kind: 'validity',
  observed: totals?.requests ?? 0,
  bound: minimumSamples,
  comparison: 'at least',
  unit: 'requests',
  onBreach: 'INCONCLUSIVE',
  why: 'A p95 of fewer samples rests on a handful of requests.',
});

/** Nothing where there was no request: that there was none is told by the samples. */
function p95(name: string, totals: Totals | undefined, { p95Ms, why }: Objective): Facts[] {
  if (!totals || totals.requests === 0) return [];
  return [
    {
      id: `p95-${name}`,
      title: `p95 of ${name}`,
      kind: 'objective',
      requirement: 'B7',
      observed: latencyOf(totals.histogram).p95Ms,
      bound: p95Ms,
      comparison: 'at most',
      unit: 'ms',
      onBreach: 'FAIL',
      why,
    },
  ];
}

function p99(name: string, totals: Totals | undefined, { p99Ms, why }: Objective): Facts[] {
  if (!totals || totals.requests === 0) return [];
  return [
    {
      id: `p99-${name}`,
      title: `p99 of ${name}, beyond chance`,
      kind: 'objective',
      observed: certainP99Ms(totals.histogram),
      bound: p99Ms,
      comparison: 'at most',
      unit: 'ms',
      onBreach: 'FAIL',
      why:
        `What the p95 hides: one answer in twenty may take any time at all. The lower end of the p99's 98 % interval, ` +
        `because that of a few hundred samples rests on a handful of them. For the p95: ${why}`,
    },
  ];
}
