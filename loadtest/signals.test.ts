import { describe, expect, test } from 'vitest';
import { Plane } from '../reference-worker/local/data-plane/plane.ts';
import type { FaultReport } from '../reference-worker/local/plane-control.ts';
import type { Verdict } from '../reports/schema.ts';
import { decide } from '../reports/verdict.ts';
import type { Aggregate, OperationTotals } from './aggregate.ts';
import type { OperationName } from './k6/plan.ts';
import { type Evidence, signalsOf } from './signals.ts';
import { clean, cleanAggregate, SAMPLES, totals } from './testing/clean-evidence.ts';

const { profile } = clean;
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

describe('planned faults', () => {
  const plane = Plane.parse({
    faults: [
      { id: 'lost', kind: 'connection-lost', when: 'before' },
      { id: 'far-off', kind: 'overloaded', reason: 'too-many-queued', fromMs: 1e9 },
    ],
  });
  const report = (id: string, count: number): FaultReport => ({ id, kind: 'overloaded', count, firings: [] });
  const withReports = (...faultReports: FaultReport[]): Evidence => ({ ...clean, plane, faultReports });

  test('when none is planned there is no signal about them', () => {
    expect(signalsOf(clean).map(({ id }) => id)).not.toContain('planned-faults-fired');
  });

  test('when all fired the signal holds', () => {
    const evidence = withReports(report('lost', 40), report('far-off', 1));

    expect(signalsOf(evidence)).toContainEqual(
      expect.objectContaining({ id: 'planned-faults-fired', observed: 0, holds: true }),
    );
    expect(verdictOf(evidence).outcome).toBe('PASS');
  });

  test('one that never fired leaves the run inconclusive, and is named', () => {
    const verdict = verdictOf(withReports(report('lost', 40), report('far-off', 0)));

    expect(verdict).toMatchObject({ outcome: 'INCONCLUSIVE', signal: 'planned-faults-fired' });
    expect(verdict.reason).toContain('never fired (far-off): 1 faults');
  });

  test.each([
    ['one is not reported', withReports(report('lost', 40))],
    ['there is no report', { ...clean, plane, faultReports: undefined }],
  ])('when %s the run is void', (_, evidence) => {
    expect(verdictOf(evidence)).toMatchObject({ outcome: 'VOID', signal: 'planned-faults-fired' });
  });
});
