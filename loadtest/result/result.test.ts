import { describe, expect, test } from 'vitest';
import { Behaviour } from '../../reference-worker/local/behaviour/index.ts';
import { topologies } from '../../reference-worker/shared-shards/topologies.ts';
import { RunResult } from '../../reports/schema/index.ts';
import { sampleResult } from '../../reports/testing/sample-result.ts';
import { clean } from '../testing/clean-evidence.ts';
import { CLIMB_SECONDS, climbed, ladder } from '../testing/climbed.ts';
import { scenarios } from '../testing/scenarios.ts';
import { answersWithin, type SimulatedTarget } from '../testing/simulated-targets.ts';
import type { Evidence } from '../verdict/evidence.ts';
import type { RunFacts } from './facts.ts';
import { resultOf } from './index.ts';

const facts: RunFacts = {
  system: 'shared-shards',
  systemGiven: {},
  runId: 'run-1',
  startedAt: new Date('2026-11-21T12:00:00Z'),
  finishedAt: new Date('2026-11-21T12:05:00Z'),
  environment: sampleResult().environment,
  topology: topologies.shared,
  underTest: 'acme',
  kvCache: false,
  behaviourGiven: 'instant',
  objectivesFile: undefined,
  k6Outputs: [],
  dashboard: false,
  generators: 1,
  sensitivity: null,
  shards: [
    {
      shardId: 'shard-eu-1',
      manifest: {
        fileBytes: 5_000_000_000,
        accounts: [{ plan: { account: 'acme' }, documents: 1000, documentBytes: 4_000_000 }],
      },
    },
  ],
};
const firing = { atMs: 12.5, database: 'shard-eu-1', pop: 'LHR', access: 'read' };
const faulty: Evidence = {
  ...clean,
  behaviour: Behaviour.parse({
    latency: 'uk-eu',
    readReplication: 'auto',
    seed: 9,
    foreignBookmarks: 'refuse',
    faults: [
      { id: 'lost', kind: 'connection-lost', when: 'before' },
      { id: 'far-off', kind: 'overloaded', reason: 'too-many-queued', fromMs: 1e9 },
    ],
  }),
  faultReports: [
    { id: 'lost', kind: 'connection-lost', count: 1, firings: [firing] },
    { id: 'far-off', kind: 'overloaded', count: 0, firings: [] },
  ],
};

describe('the behaviour of a run', () => {
  test('is in the result: its profile, its policies, what was modelled and what each fault did', () => {
    const result = resultOf(faulty, facts);

    expect(RunResult.parse(result)).toEqual(result);
    expect(result.behaviour).toEqual({
      latencyProfile: { name: 'uk-eu', description: faulty.behaviour.latency.description },
      hash: expect.stringMatching(/^[\da-f]{12}$/),
      readReplication: 'auto',
      seed: 9,
      foreignBookmarks: 'refuse',
      modelled: ['network to D1', 'D1 service time', 'replica lag'],
      faults: [
        {
          id: 'lost',
          kind: 'connection-lost',
          parameters: { fromMs: 0, share: 1, when: 'before' },
          count: 1,
          firings: [firing],
        },
        {
          id: 'far-off',
          kind: 'overloaded',
          parameters: { fromMs: 1e9, share: 1, reason: 'too-many-queued' },
          count: 0,
          firings: [],
        },
      ],
    });
    expect(result.verdict.signal).toBe('planned-faults-fired');
  });

  test('counts the parts of KV when the Worker uses it', () => {
    expect(resultOf(faulty, { ...facts, kvCache: true }).behaviour.modelled).toContain('KV propagation');
  });

  test('without faults and delays says so', () => {
    expect(resultOf(clean, facts).behaviour).toMatchObject({ modelled: [], faults: [] });
  });

  test('of a data plane that died leaves open what its faults did', () => {
    const { behaviour } = resultOf({ ...faulty, faultReports: undefined }, facts);

    expect(behaviour.faults.map(({ count }) => count)).toEqual([null, null]);
  });
});

describe('the command that repeats a run', () => {
  const repeat = (behaviourGiven: string) => resultOf(clean, { ...facts, behaviourGiven }).reproduce;

  test.each([
    ['uk-eu', '--topology shared --latency uk-eu --read-replication disabled'],
    [
      'behaviours/lossy.json',
      '--topology shared --latency behaviours/lossy.json --read-replication disabled',
    ],
    ["it's $mine.json", "--topology shared --latency 'it'\\''s $mine.json' --read-replication disabled"],
  ])('names the behaviour %s', (given, ending) => {
    expect(repeat(given).endsWith(ending)).toBe(true);
  });

  test('says how the databases were replicated, whatever a file said', () => {
    const behaviour = Behaviour.parse({ latency: 'uk-eu', readReplication: 'auto' });
    const { reproduce, behaviour: told } = resultOf(
      { ...clean, behaviour },
      { ...facts, behaviourGiven: 'mine.json' },
    );

    expect(reproduce).toMatch(/--latency mine\.json --read-replication auto$/);
    expect(told.readReplication).toBe('auto');
  });

  test('leaves out the one that is the default', () => {
    expect(repeat('instant')).toMatch(/--topology shared --read-replication disabled$/);
  });
});

describe('headroom and bills', () => {
  test('of 4,000 people name about as many, and are of the prices of the day of the run', () => {
    const { headroom } = resultOf(clean, facts);

    for (const { people } of headroom?.bills ?? []) {
      expect(people).toBeGreaterThan(3_500);
      expect(people).toBeLessThan(4_100);
    }
    expect(headroom?.bills.map(({ placement }) => placement)).toEqual(['shared', 'dedicated']);
    const late = resultOf(clean, { ...facts, startedAt: new Date('2031-01-01T00:00:00Z') });
    expect(late.headroom?.bills).toEqual([]);
  });

  test('are no part of a scenario that shows no capacity, whatever its users ask for', () => {
    const smoke = { ...clean, scenario: { ...clean.scenario, showsCapacity: scenarios.smoke.showsCapacity } };

    expect(resultOf(smoke, facts).headroom).toBeNull();
    expect(resultOf({ ...clean, statements: undefined }, facts).headroom).toBeNull();
    // Whose Worker it is makes no difference.
    expect(resultOf(clean, { ...facts, system: 'another' }).headroom).toEqual(
      resultOf(clean, facts).headroom,
    );
  });
});

test('what each request took of D1 and KV is told by their rates', () => {
  const database = { database: 'shard', instance: 'primary', busyMs: 1, queueMs: 0, longestQueue: 0 };
  const kv = [{ namespace: 'CACHE', reads: 3_000, cachedReads: 2_000, writes: 500, deletes: 250, lists: 0 }];
  const { load } = resultOf(clean, facts);
  const requests = load.requestsPerSecond * 10;
  const use = { observedMs: 10_000, databases: [{ ...database, requests: 2 * requests }], kv, buckets: [] };

  expect(resultOf({ ...clean, use }, facts).stores).toEqual({
    databaseQueries: 2,
    kvReads: 3_000 / requests,
    kvCachedReads: 2_000 / requests,
    kvWrites: 500 / requests,
    kvDeletes: 250 / requests,
  });
  expect(resultOf(clean, facts).stores).toBeUndefined();
});

test('the result of a ladder is about the rung that it sustains, not about those beyond', () => {
  // From the seventh rung on every answer is late, and one in twenty fails.
  const slowing: SimulatedTarget = ({ atSeconds, ...request }) =>
    atSeconds < 6 * CLIMB_SECONDS
      ? answersWithin(10)({ atSeconds, ...request })
      : { answerMs: 400, ...(request.uniform() < 0.05 && { failed: 'status' as const }) };
  const evidence = climbed({ target: slowing });
  const database = { database: 'shard', instance: 'primary', requests: 1_000, queueMs: 0, longestQueue: 0 };
  const useOf = (busyMs: number) => ({
    observedMs: 22_000,
    databases: [{ ...database, busyMs }],
    kv: [],
    buckets: [],
  });
  const useByPhase = new Map([['rung-90', useOf(500)] as const, ['rung-105', useOf(9_000)] as const]);

  const result = resultOf({ ...evidence, useByPhase }, facts);

  expect(result.knee?.virtualUsers).toBe(ladder.virtualUsers * 0.6);
  const sustained = evidence.aggregate.phases.get('rung-90');
  expect(result.total.count).toBe(sustained?.requests);
  expect(result.total.maxMs).toBeLessThan(11);
  expect(result.operations.filter(({ latency, objectiveP95Ms }) => latency.p95Ms > objectiveP95Ms)).toEqual(
    [],
  );
  expect(result.operations.reduce((sum, { failures }) => sum + failures, 0)).toBe(0);
  expect(result.series.reduce((sum, { requests }) => sum + requests, 0)).toBe(sustained?.requests);
  expect(result.databases).toMatchObject([{ meanServiceMs: 0.5 }]);
  // What came after is not lost.
  expect(result.phases.find(({ name }) => name === 'rung-105')?.failures).toBeGreaterThan(0);
});
