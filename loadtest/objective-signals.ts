import { latencyOf } from '../reports/latency.ts';
import type { OperationTotals } from './aggregate.ts';
import { OPERATIONS, type OperationName } from './k6/plan.ts';
import type { Profile } from './profiles.ts';
import type { Evidence, Facts } from './signals.ts';

/** What the target is asked for: few failures, and each operation within its p95. */
export function objectives({ profile, aggregate }: Evidence): Facts[] {
  const { total, operations } = aggregate;
  const failureRate: Facts = {
    id: 'failure-rate',
    title: 'Requests that failed in the hold',
    kind: 'objective',
    observed: total.requests === 0 ? Number.NaN : (100 * total.failures) / total.requests,
    bound: profile.failureBudget * 100,
    comparison: 'at most',
    unit: '%',
    onBreach: 'FAIL',
    why: 'The error budget of the profile: an unexpected status, a timeout or a lost connection.',
  };
  return [failureRate, ...OPERATIONS.flatMap((name) => ofOperation(name, operations.get(name), profile))];
}

function ofOperation(name: OperationName, totals: OperationTotals | undefined, profile: Profile): Facts[] {
  const samples: Facts = {
    id: `samples-${name}`,
    title: `Samples of ${name}`,
    kind: 'validity',
    observed: totals?.requests ?? 0,
    bound: profile.minimumSamples,
    comparison: 'at least',
    unit: 'requests',
    onBreach: 'INCONCLUSIVE',
    why: 'A p95 of fewer samples rests on a handful of requests.',
  };
  if (!totals || totals.requests === 0) return [samples];
  const objective = profile.objectives[name];
  const p95: Facts = {
    id: `p95-${name}`,
    title: `p95 of ${name}`,
    kind: 'objective',
    requirement: 'B7',
    observed: latencyOf(totals.histogram).p95Ms,
    bound: objective.p95Ms,
    comparison: 'at most',
    unit: 'ms',
    onBreach: 'FAIL',
    why: objective.why,
  };
  return [samples, p95];
}
