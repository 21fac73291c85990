import { latencyOf } from '../../reports/latency.ts';
import type { Totals } from '../generator/index.ts';
import { OPERATIONS } from '../k6/plan.ts';
import { isLadder, type Objective, type Scenario } from '../scenarios/index.ts';
import type { Evidence, Facts } from './signals.ts';

/**
 * What the target is asked for: few failures, and each operation and all of them together within their p95. A ladder
 * goes beyond what the target can do by design, so only its samples are counted; its rungs are judged one by one.
 */
export function objectives({ scenario, aggregate: { total, operations } }: Evidence): Facts[] {
  const samples = OPERATIONS.map((name) => enoughSamples(name, operations.get(name), scenario));
  if (isLadder(scenario)) return samples;
  return [
    failureRate(total, scenario),
    ...OPERATIONS.flatMap((name) => p95(name, operations.get(name), scenario.objectives[name])),
    ...p95('total', total, scenario.totalObjective),
    ...samples,
  ];
}

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
