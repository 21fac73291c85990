import { Behaviour } from '../../reference-worker/target/index.ts';
import {
  type Aggregate,
  mergeSamples,
  newTotals,
  SampleAggregator,
  type Totals,
} from '../generator/index.ts';
import { durationSecondsOf } from '../scenarios/index.ts';
import type { Evidence } from '../verdict/index.ts';
import { expectedLoads } from '../verdict/index.ts';
import { OPERATIONS, scenarios } from './scenarios.ts';

const scenario = scenarios.steady;
const ANSWER_MS = 5;
const [expected] = expectedLoads(scenario, ANSWER_MS);
export const SAMPLES = 500;

/** A number of equal latencies. */
export function totals(latencyMs = ANSWER_MS, requests = SAMPLES, failures = 0): Totals {
  const empty = newTotals();
  empty.histogram.recordValueWithCount(latencyMs * 1000, requests);
  return { ...empty, requests, failures };
}

const operations = new Map(
  OPERATIONS.map((name) => [name, totals(ANSWER_MS, Math.round(expected.get(name) ?? 0))]),
);
const requests = [...operations.values()].reduce((sum, operation) => sum + operation.requests, 0);

export const cleanAggregate: Aggregate = {
  ...mergeSamples(scenario, [new SampleAggregator(scenario).samples()]),
  operations,
  phases: new Map([
    [
      'hold',
      {
        ...totals(ANSWER_MS, requests),
        operations,
        lateness: totals(1).histogram,
        series: new Map(),
        serviceParts: new Map(),
      },
    ],
  ]),
  total: totals(ANSWER_MS, requests),
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
    edge_refusals: 0,
  },
  startedAtMs: Date.parse('2026-11-21T12:00:00Z'),
  peakVirtualUsers: scenario.virtualUsers,
  usersMade: scenario.virtualUsers,
  heldMs: 89_000,
  longestSilenceMs: 1000,
  timeline: Array.from({ length: durationSecondsOf(scenario) }, (_, second) => ({
    second,
    virtualUsers: scenario.virtualUsers,
    requests: second === 0 ? 20_003 : 0,
    failures: second === 0 ? 3 : 0,
    p50Ms: 1,
    p95Ms: 1,
  })),
};

/** What a run of the default scenario leaves that passes. */
export const clean: Evidence = {
  scenario,
  aggregate: cleanAggregate,
  surroundings: {
    processes: [
      { role: 'generator', name: 'k6', meanCpuPercent: 40, peakCpuPercent: 70, peakMemoryBytes: 900e6 },
    ],
    memory: new Map(),
    machineFullPercent: 2,
    machineFullPercentByPhase: new Map([['hold', 2]]),
    cpu: { cores: 2, busyPercent: 40, foreignPercent: 2, crowdedPercent: 0 },
    cpuByPhase: new Map(),
    runnerDelayP99Ms: 20,
    dataPlaneDelayP99Ms: 15,
    clockJumpMs: 1,
    descriptorsPercent: 3,
    socketErrors: 0,
  },
  death: undefined,
  behaviour: Behaviour.parse({}),
  faultReports: [],
  use: { observedMs: 0, databases: [], kv: [], buckets: [] },
  useByPhase: new Map(),
  modelled: undefined,
  statements: {
    statements: [],
    uncounted: 0,
    operations: OPERATIONS.map((operation) => ({
      ...{ operation, requests: SAMPLES, kvReads: 0, kvWrites: 0, kvDeletes: 0, kvLists: 0 },
      rowsRead: { mean: 4, low: 4, high: 4 },
      rowsWritten: { mean: 0, low: 0, high: 0 },
    })),
  },
};
