import { Plane } from '../../reference-worker/local/data-plane/plane.ts';
import { latencyHistogram } from '../../reports/latency.ts';
import type { Aggregate, OperationTotals } from '../aggregate.ts';
import { OPERATIONS } from '../k6/plan.ts';
import { profiles } from '../profiles.ts';
import type { Evidence } from '../signals.ts';

const profile = profiles.default;
export const SAMPLES = 500;

/** A histogram of equal latencies. */
export function totals(latencyMs = 5, requests = SAMPLES, failures = 0): OperationTotals {
  const histogram = latencyHistogram();
  histogram.recordValueWithCount(latencyMs * 1000, requests);
  return { requests, failures, histogram };
}

export const cleanAggregate: Aggregate = {
  operations: new Map(OPERATIONS.map((name) => [name, totals()])),
  total: totals(5, SAMPLES * OPERATIONS.length),
  lateness: totals(1).histogram,
  counters: {
    isolation_violations: 0,
    stale_reads: 0,
    corrupt_bodies: 0,
    cacheable_responses: 0,
    bodies_checked: 20_000,
    documents_checked: 90_000,
    edit_conflicts: 3,
    unexpected_status: 0,
  },
  peakVirtualUsers: profile.virtualUsers,
  heldMs: profile.holdSeconds * 1000 - 900,
  hold: undefined,
  unreadableSamples: 0,
  timeline: [{ second: 0, virtualUsers: 1, requests: 20_003, failures: 3, p50Ms: 1, p95Ms: 1 }],
};

/** What a run of the default profile leaves that passes. */
export const clean: Evidence = {
  profile,
  aggregate: cleanAggregate,
  surroundings: {
    processes: [
      { role: 'generator', name: 'k6', meanCpuPercent: 40, peakCpuPercent: 70, peakMemoryBytes: 900e6 },
    ],
    machineFullPercent: 2,
    runnerDelayP99Ms: 20,
  },
  death: undefined,
  plane: Plane.parse({}),
  faultReports: [],
};
