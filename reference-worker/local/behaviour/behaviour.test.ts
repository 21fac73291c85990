import { describe, expect, test } from 'vitest';
import { FaultPlan } from '../faults/index.ts';
import { latencyProfiles } from '../latency/index.ts';
import { Behaviour, d1Of, misplacedFault } from './behaviour.ts';

const ukEu = latencyProfiles['uk-eu'];
const replicated = { latency: ukEu, readReplication: 'auto' } as const;

test('what nothing is said about is instant, real, seeded, without replicas and without faults', () => {
  expect(Behaviour.parse({})).toEqual({
    latency: latencyProfiles.instant,
    readReplication: 'disabled',
    clock: 'real',
    seed: 1,
    foreignBookmarks: 'wait',
    faults: [],
    plan: 'paid',
    rows: 'untold',
    isolatesPerPop: 2,
    workersCache: false,
    coldStarts: {},
  });
});

test.each(Object.keys(latencyProfiles))('%s is a latency profile by its name', (name) => {
  expect(Behaviour.parse({ latency: name }).latency.name).toBe(name);
});

test('a behaviour of one process is the same behaviour to another', () => {
  const faults = [{ id: 'f', kind: 'clock-skew', skewMs: -5, forMs: 10 }];
  const latency = { ...ukEu, name: 'mine', d1: { ...ukEu.d1, replicaLagMs: 77 } };
  const behaviour = Behaviour.parse({
    latency,
    clock: 'virtual',
    seed: 9,
    foreignBookmarks: 'refuse',
    faults,
  });

  expect(Behaviour.parse(JSON.parse(JSON.stringify(behaviour)))).toEqual(behaviour);
  expect(behaviour).toMatchObject({ latency, clock: 'virtual', seed: 9, foreignBookmarks: 'refuse', faults });
});

const PRIMARY_ONLY = { LHR: { primary: 1 }, MAN: { primary: 1 }, EDI: { primary: 1 } };

test('a profile without replicas is a behaviour without read replication', () => {
  const latency = { ...ukEu, d1: { ...ukEu.d1, replicas: [], nearest: PRIMARY_ONLY } };

  expect(Behaviour.parse({ latency })).toMatchObject({ latency, readReplication: 'disabled' });
});

test.each(['instant', 'uk-eu', 'pessimistic'] as const)(
  '%s has replicas only where read replication is on',
  (name) => {
    const regions = (readReplication: 'auto' | 'disabled') =>
      d1Of({ latency: latencyProfiles[name], readReplication }).replicas.map(({ region }) => region);

    expect(regions('disabled')).toEqual([]);
    expect(regions('auto')).toEqual(['WEUR', 'EEUR']);
  },
);

describe('a behaviour that is refused', () => {
  const d1 = (change: object) => ({ latency: { ...ukEu, d1: { ...ukEu.d1, ...change } } });

  test.each<[unknown, string, string]>([
    [{ latency: 'moon' }, 'latency', 'must be instant, uk-eu, pessimistic or a whole latency profile'],
    [{ clock: 'sundial' }, 'clock', 'real'],
    [{ seed: 1.5 }, 'seed', 'int'],
    [{ seed: -1 }, 'seed', '>=0'],
    [{ foreignBookmarks: 'hope' }, 'foreignBookmarks', 'refuse'],
    [{ faults: [{ id: 'f', kind: 'overloaded' }] }, 'faults.0.reason', 'too-many-queued'],
    [{ faults: [{ id: 'f', kind: 'gremlin' }] }, 'faults.0.kind', ''],
    [
      d1({ nearest: { ...ukEu.d1.nearest, LHR: { primary: 0 } } }),
      'latency.d1.nearest.LHR',
      'must give weight',
    ],
    [{ readReplication: 'on' }, 'readReplication', 'auto'],
    [
      { ...d1({ replicas: [], nearest: PRIMARY_ONLY }), readReplication: 'auto' },
      'readReplication',
      'auto needs a latency profile with replicas',
    ],
    [{ latncy: 'instant' }, '', 'latncy'],
  ])('%j: the message names the place', (given, path, message) => {
    const { error } = Behaviour.safeParse(given);

    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    expect(error?.issues[0]?.message).toContain(message);
  });

  test('for a number within a profile of its own: the message names that number', () => {
    const { error } = Behaviour.safeParse(d1({ queueLimit: 'many' }));

    const [issue] = error?.issues ?? [];
    expect(issue?.path).toEqual(['latency']);
    expect(issue?.code === 'invalid_union' && issue.errors.flat()).toContainEqual(
      expect.objectContaining({ path: ['d1', 'queueLimit'] }),
    );
    expect(error?.message).toMatch(/"queueLimit"/);
  });
});

describe('a fault that could never fire', () => {
  const aims = { databases: ['accounts', 'shard'], namespaces: ['cache'] };
  const misplaced = (fault: object, behaviour: Parameters<typeof misplacedFault>[1] = replicated) =>
    misplacedFault(
      FaultPlan.parse([
        { id: 'fine', kind: 'kv-error' },
        { id: 'f', ...fault },
      ]),
      behaviour,
      aims,
    );
  const switchTo = (to: string) => ({ kind: 'replica-switch', to });

  test.each<[object, string]>([
    [
      { kind: 'slow-shard', addMs: 1, database: 'shrad' },
      'f: there is no database shrad; known are accounts, shard.',
    ],
    [
      { kind: 'upstream-lost', when: 'after' },
      'f: the Worker has no upstream; name it in the description, as worker.upstreams.',
    ],
    [{ kind: 'kv-error', namespace: 'shard' }, 'f: there is no namespace shard; known are cache.'],
    [{ kind: 'replica-pause', region: 'OC' }, 'f: there is no region OC; known are WEUR, EEUR.'],
    [{ kind: 'slow-shard', addMs: 1, region: 'OC' }, 'f: there is no region OC; known are WEUR, EEUR.'],
    [switchTo('APAC'), 'f: there is no replica APAC; known are WEUR, EEUR.'],
  ])('%j is named, with what there is', (fault, message) => {
    expect(misplaced(fault)).toBe(message);
  });

  test.each([
    { kind: 'slow-shard', addMs: 1, database: 'shard', region: 'WEUR' },
    { kind: 'kv-error', namespace: 'cache' },
    { kind: 'replica-pause', region: 'EEUR' },
    { kind: 'cold-isolate', pop: 'LHR' },
    switchTo('EEUR'),
  ])('%j could', (fault) => {
    expect(misplaced(fault)).toBeUndefined();
  });

  test('a region with the primary alone can be slow, but has no replica to fall behind', () => {
    const latency = { ...ukEu, d1: { ...ukEu.d1, replicas: ukEu.d1.replicas.slice(1) } };
    const alone = { ...replicated, latency };

    expect(misplaced({ kind: 'slow-shard', addMs: 1, region: 'WEUR' }, alone)).toBeUndefined();
    for (const fault of [
      switchTo('WEUR'),
      { kind: 'replica-pause', region: 'WEUR' },
      { kind: 'replica-lag', region: 'WEUR', addMs: 1 },
      { kind: 'schema-behind', region: 'WEUR', addMs: 1 },
    ])
      expect(misplaced(fault, alone)).toMatch(/WEUR; known are EEUR\.$/);
  });

  test.each([
    switchTo('WEUR'),
    { kind: 'replica-pause' },
    { kind: 'd1-error', error: 'replica-disconnected', instance: 'replica' },
    { kind: 'replica-lag', addMs: 1 },
    { kind: 'schema-behind', addMs: 1 },
  ])('%j needs read replication', (fault) => {
    expect(misplaced(fault, { latency: ukEu, readReplication: 'disabled' })).toMatch(
      /^f: there is no replica; .*--read-replication auto/,
    );
    expect(misplaced(fault)).toBeUndefined();
  });

  test('is no behaviour, as far as a behaviour can know', () => {
    const behaviourWith = (fault: object) =>
      Behaviour.safeParse({ latency: 'uk-eu', readReplication: 'auto', faults: [{ id: 'f', ...fault }] });

    const { error } = behaviourWith({ kind: 'replica-pause', region: 'OC' });

    expect(error?.issues).toMatchObject([
      { path: ['faults'], message: expect.stringMatching(/^f: there is no region OC/) },
    ]);
    expect(behaviourWith({ kind: 'slow-shard', addMs: 1, database: 'any' }).success).toBe(true);
  });
});
