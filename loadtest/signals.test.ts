import { describe, expect, test } from 'vitest';
import { latencyHistogram } from '../reports/latency.ts';
import type { Verdict } from '../reports/schema.ts';
import { decide } from '../reports/verdict.ts';
import type { Aggregate, OperationTotals } from './aggregate.ts';
import { OPERATIONS, type OperationName } from './k6/plan.ts';
import { profiles } from './profiles.ts';
import { type Evidence, signalsOf } from './signals.ts';

const profile = profiles.default;
const SAMPLES = 500;

function totals(latencyMs = 5, requests = SAMPLES, failures = 0): OperationTotals {
  const histogram = latencyHistogram();
  histogram.recordValueWithCount(latencyMs * 1000, requests);
  return { requests, failures, histogram };
}

const cleanAggregate: Aggregate = {
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

const clean: Evidence = {
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
};

const verdictOf = (evidence: Evidence): Verdict => decide(signalsOf(evidence));
const withAggregate = (change: Partial<Aggregate>): Evidence => ({
  ...clean,
  aggregate: { ...cleanAggregate, ...change },
});
const withCounter = (name: keyof Aggregate['counters'], value: number): Evidence =>
  withAggregate({ counters: { ...cleanAggregate.counters, [name]: value } });
const withOperation = (name: OperationName, changed: OperationTotals): Evidence =>
  withAggregate({ operations: new Map(cleanAggregate.operations).set(name, changed) });
const withSurroundings = (change: Partial<Evidence['surroundings']>): Evidence => ({
  ...clean,
  surroundings: { ...clean.surroundings, ...change },
});

test('a clean run passes', () => {
  expect(verdictOf(clean)).toMatchObject({ outcome: 'PASS', signal: 'none' });
});

test('every signal says why', () => {
  for (const { id, why } of signalsOf(clean)) expect(why, id).not.toBe('');
});

describe.each<[Verdict['outcome'], string, string, Evidence]>([
  ['FAIL', 'isolation-violations', 'one leak', withCounter('isolation_violations', 1)],
  ['FAIL', 'stale-reads', 'one stale read', withCounter('stale_reads', 1)],
  ['FAIL', 'corrupt-bodies', 'one corrupt body', withCounter('corrupt_bodies', 1)],
  ['FAIL', 'cacheable-responses', 'one cacheable response', withCounter('cacheable_responses', 1)],
  ['VOID', 'bodies-checked', 'nothing checked', withCounter('bodies_checked', 0)],
  ['VOID', 'bodies-checked', 'some not checked', withCounter('bodies_checked', SAMPLES)],
  ['VOID', 'bodies-checked', 'one not checked', withCounter('bodies_checked', 19_999)],
  [
    'VOID',
    'peak-virtual-users',
    'one user short',
    withAggregate({ peakVirtualUsers: profile.virtualUsers - 1 }),
  ],
  ['VOID', 'held', 'held too short', withAggregate({ heldMs: profile.holdSeconds * 900 })],
  ['VOID', 'unreadable-samples', 'a lost sample', withAggregate({ unreadableSamples: 1 })],
  ['VOID', 'machine-cpu', 'a full machine', withSurroundings({ machineFullPercent: 40 })],
  ['VOID', 'machine-cpu', 'CPU never sampled', withSurroundings({ machineFullPercent: Number.NaN })],
  ['VOID', 'generator-lateness', 'late users', withAggregate({ lateness: totals(80).histogram })],
  [
    'VOID',
    'generator-lateness',
    'lateness never sampled',
    withAggregate({ lateness: totals(1, 0).histogram }),
  ],
  ['VOID', 'runner-delay', 'a blocked runner', withSurroundings({ runnerDelayP99Ms: 900 })],
  ['VOID', 'generator-memory', 'k6 never sampled', withSurroundings({ processes: [] })],
  ['FAIL', 'failure-rate', 'failures over budget', withAggregate({ total: totals(5, 4500, 9) })],
  ['FAIL', 'p95-add-note', 'a slow operation', withOperation('add-note', totals(900))],
  ['INCONCLUSIVE', 'samples-add-note', 'few samples', withOperation('add-note', totals(5, 9))],
  ['INCONCLUSIVE', 'samples-add-note', 'no samples', withOperation('add-note', totals(5, 0))],
])('%s by %s', (outcome, signal, _name, evidence) => {
  test(_name, () => {
    expect(verdictOf(evidence)).toMatchObject({ outcome, signal });
  });
});

describe('a run that was cut short', () => {
  const dead = (
    role: 'generator' | 'worker' | 'data-plane',
    aggregate: Partial<Aggregate> = {},
  ): Evidence => ({
    ...withAggregate({
      peakVirtualUsers: 7,
      heldMs: 0,
      operations: new Map(),
      total: totals(5, 0),
      ...aggregate,
    }),
    death: { role, name: 'it', detail: 'ended with SIGKILL' },
  });

  test.each([
    ['generator', 'VOID'],
    ['data-plane', 'VOID'],
    ['worker', 'FAIL'],
  ] as const)('a dead %s is %s, and the reason says how it ended', (role, outcome) => {
    const verdict = verdictOf(dead(role));
    expect(verdict).toMatchObject({ outcome, signal: `${role}-ended-early` });
    expect(verdict.reason).toContain('ended with SIGKILL');
  });

  test('a leak before the end is still a leak', () => {
    const counters = { ...cleanAggregate.counters, isolation_violations: 1 };
    expect(verdictOf(dead('generator', { counters }))).toMatchObject({ signal: 'isolation-violations' });
  });
});
