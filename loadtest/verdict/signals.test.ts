import { describe, expect, test } from 'vitest';
import { Behaviour } from '../../reference-worker/local/behaviour/index.ts';
import type { FaultReport } from '../../reference-worker/local/platform-control.ts';
import { decide } from '../../reports/document/index.ts';
import type { Verdict } from '../../reports/schema/index.ts';
import type { Aggregate, Totals } from '../generator/index.ts';
import { clean, cleanAggregate, SAMPLES, totals } from '../testing/clean-evidence.ts';
import { scenarios } from '../testing/scenarios.ts';
import type { Evidence } from './evidence.ts';
import { signalsOf } from './signals.ts';

const { scenario } = clean;
const verdictOf = (evidence: Evidence): Verdict => decide(signalsOf(evidence));
const withAggregate = (change: Partial<Aggregate>): Evidence => ({
  ...clean,
  aggregate: { ...cleanAggregate, ...change },
});
const withCounter = (name: keyof Aggregate['counters'], value: number): Evidence =>
  withAggregate({ counters: { ...cleanAggregate.counters, [name]: value } });
const withOperation = (name: string, changed: Totals): Evidence =>
  withAggregate({ operations: new Map(cleanAggregate.operations).set(name, changed) });
const k6Of = (peakMemoryBytes: number) =>
  ({ role: 'generator', name: 'k6', meanCpuPercent: 50, peakCpuPercent: 90, peakMemoryBytes }) as const;
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
    withAggregate({ peakVirtualUsers: scenario.virtualUsers - 1 }),
  ],
  [
    'FAIL',
    'scheduled-runs-failed',
    'a run of the schedule that failed',
    { ...clean, scheduled: { runs: 2, failures: ['worker: exception'] } },
  ],
  [
    'VOID',
    'scheduled-runs-failed',
    'no run of the schedule',
    { ...clean, scheduled: { runs: 0, failures: [] } },
  ],
  ['VOID', 'held', 'held too short', withAggregate({ heldMs: 81_000 })],
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
  ['VOID', 'generator-silence', 'a paused generator', withAggregate({ longestSilenceMs: 3000 })],
  ['VOID', 'clock-jump', 'a clock that was set', withSurroundings({ clockJumpMs: 3_600_000 })],
  ['VOID', 'generator-sockets', 'one request without a socket', withSurroundings({ socketErrors: 1 })],
  [
    'INCONCLUSIVE',
    'generator-descriptors',
    'sockets nearly used up',
    withSurroundings({ descriptorsPercent: 95 }),
  ],
  ['VOID', 'data-plane-delay', 'a late data plane', withSurroundings({ dataPlaneDelayP99Ms: 300 })],
  ['VOID', 'data-plane-delay', 'a silent data plane', withSurroundings({ dataPlaneDelayP99Ms: undefined })],
  ['VOID', 'runner-delay', 'a blocked runner', withSurroundings({ runnerDelayP99Ms: 900 })],
  ['VOID', 'generator-memory', 'k6 never sampled', withSurroundings({ processes: [] })],
  [
    'INCONCLUSIVE',
    'generator-memory',
    'a k6 that takes too much',
    withSurroundings({ processes: [k6Of(1.6e9)] }),
  ],
  [
    'INCONCLUSIVE',
    'generator-memory',
    'two that do together',
    withSurroundings({ processes: [k6Of(0.8e9), k6Of(0.8e9)] }),
  ],
  ['FAIL', 'failure-rate', 'failures over budget', withAggregate({ total: totals(5, 4500, 9) })],
  ['FAIL', 'p95-add-note', 'a slow operation', withOperation('add-note', totals(900))],
  ['VOID', 'operation-mix', 'an operation left out', withOperation('add-note', totals(5, 0))],
  [
    'INCONCLUSIVE',
    'samples-read-back-notes',
    'few samples',
    { ...clean, scenario: { ...scenario, minimumSamples: 600 } },
  ],
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
  const behaviour = Behaviour.parse({
    faults: [
      { id: 'lost', kind: 'connection-lost', when: 'before' },
      { id: 'far-off', kind: 'overloaded', reason: 'too-many-queued', fromMs: 1e9 },
    ],
  });
  const report = (id: string, count: number): FaultReport => ({ id, kind: 'overloaded', count, firings: [] });
  const withReports = (...faultReports: FaultReport[]): Evidence => ({ ...clean, behaviour, faultReports });

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
    ['there is no report', { ...clean, behaviour, faultReports: undefined }],
  ])('when %s the run is void', (_, evidence) => {
    expect(verdictOf(evidence)).toMatchObject({ outcome: 'VOID', signal: 'planned-faults-fired' });
  });
});

test('more users than 4,000 may take more memory', () => {
  const boundOf = (virtualUsers: number) =>
    signalsOf({ ...clean, scenario: { ...scenario, virtualUsers } }).find(
      ({ id }) => id === 'generator-memory',
    )?.bound;

  expect([100, 4_000, 8_000].map(boundOf)).toEqual([1.5e9, 1.5e9, 3e9]);
});

test('where the system has no /proc, open files are not judged', () => {
  const ids = (evidence: Evidence) => signalsOf(evidence).map(({ id }) => id);

  expect(ids(clean)).toContain('generator-descriptors');
  expect(ids(withSurroundings({ descriptorsPercent: undefined }))).not.toContain('generator-descriptors');
  expect(verdictOf(withSurroundings({ descriptorsPercent: undefined })).outcome).toBe('PASS');
});

test('after a dropped request no start can be held against the schedule', () => {
  const late = { lateness: totals(80).histogram, droppedIterations: 1 };
  const ids = signalsOf({ ...withAggregate(late), scenario: scenarios['peak-rate'] }).map(({ id }) => id);

  expect(ids).toContain('unstarted-requests');
  expect(ids).not.toContain('generator-lateness');
});

test('a guarantee is judged where the system promises it, and otherwise has no signal that could only hold', () => {
  const idsFor = (promises: Evidence['scenario']['promises']) =>
    signalsOf({ ...clean, scenario: { ...clean.scenario, promises } }).map(({ id }) => id);
  const always = ['isolation-violations', 'corrupt-bodies'];

  expect(idsFor(['sessions', 'never-stored'])).toEqual(
    expect.arrayContaining([...always, 'stale-reads', 'cacheable-responses']),
  );
  expect(idsFor([])).toEqual(expect.arrayContaining(always));
  expect(idsFor([])).not.toContain('stale-reads');
  expect(idsFor([])).not.toContain('cacheable-responses');
});
