import { describe, expect, test } from 'vitest';
import { latencyProfiles } from './index.ts';
import instant from './instant.json' with { type: 'json' };
import { LatencyProfile, sourcedNumbers } from './profile.ts';

const NAMES = ['instant', 'uk-eu', 'pessimistic'] as const;
type Given = LatencyProfile;

/** Numbers of which nobody says where they come from. */
const unsourced = (profile: Given): string[] =>
  sourcedNumbers(profile)
    .filter(({ source }) => source === undefined)
    .map(({ path }) => path);

/** Sources of something that is not there. */
const idleSources = (profile: Given): string[] =>
  Object.keys(profile.sources).filter((path) => {
    let value: unknown = profile;
    for (const key of path.split('.')) value = Object(value)[key];
    return value === undefined;
  });

describe.each(NAMES)('%s', (name) => {
  const profile = latencyProfiles[name];

  test('is a latency profile of that name', () => {
    expect(LatencyProfile.parse(profile)).toEqual(profile);
    expect(profile.name).toBe(name);
  });

  test('says of every number where it comes from, and of nothing else', () => {
    expect(sourcedNumbers(profile).length).toBeGreaterThan(20);
    expect(unsourced(profile)).toEqual([]);
    expect(idleSources(profile)).toEqual([]);
    expect(Object.values(profile.sources).filter(({ says }) => says.length < 14)).toEqual([]);
  });
});

test('a number without a source, and a source without a number, would be seen', () => {
  const ukEu = latencyProfiles['uk-eu'];
  const { 'd1.writeServiceMs': source, ...others } = ukEu.sources;

  const renamed = { ...ukEu, sources: { ...others, 'd1.readMs': source } } as unknown as Given;

  expect(unsourced(renamed)).toEqual(['min', 'p50', 'p95', 'p99'].map((each) => `d1.writeServiceMs.${each}`));
  expect(idleSources(renamed)).toEqual(['d1.readMs']);
});

test('a number has the source that stands nearest to it, and says whether it is an assumption', () => {
  const basis = (path: string) => sourcedNumbers(latencyProfiles['uk-eu']).find((each) => each.path === path);

  expect(basis('d1.readServiceMs.p95')).toMatchObject({ value: 1, source: { basis: 'documented' } });
  expect(basis('d1.readServiceMs.min')).toMatchObject({
    sourcePath: 'd1.readServiceMs',
    source: { basis: 'assumption' },
  });
  expect(basis('d1.queueLimit')).toMatchObject({ value: 100, source: { basis: 'assumption' } });
  expect(basis('d1.nearest.LHR.primary')).toMatchObject({ value: 0.475, source: { basis: 'assumption' } });
});

describe('the numbers that are not ours to choose', () => {
  test.each(['uk-eu', 'pessimistic'] as const)(
    '%s reads as the documents say, 0.26 ms and below 1 ms, and within B7: writes 5-10 ms, KV 0.2-2 ms',
    (name) => {
      const { d1, kv } = latencyProfiles[name];

      expect(d1.readServiceMs).toMatchObject({ p50: 0.26, p95: 1, p99: 4 });
      expect(d1.writeServiceMs).toMatchObject({ min: 5, p95: 10 });
      expect(kv.cachedReadMs).toMatchObject({ min: 0.2, p95: 2 });
    },
  );

  test('pessimistic replicates like the slowest series that is published', () => {
    expect(latencyProfiles.pessimistic.d1.replicaLagMs).toMatchObject({ p50: 800, p95: 3_400, p99: 6_100 });
  });

  test.each(NAMES)('%s holds the limits that are documented', (name) => {
    const { d1 } = latencyProfiles[name];

    expect(d1).toMatchObject({ statementLimitMs: 30_000, databaseLimitBytes: 10_000_000_000 });
  });

  test.each(NAMES)('%s keeps every copy within Europe (B11)', (name) => {
    const { primary, replicas } = latencyProfiles[name].d1;

    expect([primary, ...replicas].map(({ region }) => region)).toEqual(['WEUR', 'WEUR', 'EEUR']);
  });
});

test('instant delays nothing and caches nothing', () => {
  const { d1, kv } = instant;
  const delays = {
    ...d1.roundTripMs,
    forwarding: d1.forwardingMs,
    service: [d1.readServiceMs, d1.writeServiceMs, d1.furtherStatementMs, d1.replicaLagMs],
    kv: [kv.propagationMs, kv.cachedReadMs, kv.centralReadMs, kv.writeMs, kv.tombstoneMs],
  };

  const values = Object.values(delays).flatMap((each): number[] => Object.values(each));

  expect(values).toEqual(Array(17).fill(0));
  expect(kv).toMatchObject({ cache: null, visibleAtWriterShare: 1, writesPerSecondPerKey: null });
});

describe('a profile that contradicts itself is refused', () => {
  const ukEu = latencyProfiles['uk-eu'];
  const [primary, WEUR, EEUR] = [0, 1, 1];

  test.each<[string, object, string, string]>([
    [
      'weights',
      { nearest: { ...ukEu.d1.nearest, MAN: { primary } } },
      'd1.nearest.MAN',
      'must give weight to one of the instances',
    ],
    [
      'the weight of the primary',
      { nearest: { ...ukEu.d1.nearest, MAN: { WEUR } } },
      'd1.nearest.MAN',
      'must give "primary" a weight',
    ],
    [
      'a weight',
      { nearest: { ...ukEu.d1.nearest, EDI: { primary, WEUR, OC: 1 } } },
      'd1.nearest.EDI',
      'has no replica in OC',
    ],
    [
      'a PoP',
      { nearest: { LHR: { primary, WEUR }, MAN: { primary, WEUR } } },
      'd1.nearest.EDI',
      'expected record',
    ],
    [
      'a distance',
      { roundTripMs: { ...ukEu.d1.roundTripMs, LHR: { WEUR } } },
      'd1.roundTripMs.LHR',
      'lacks EEUR',
    ],
    ['the primary', { primary: { region: 'OC', colo: 'SYD' } }, 'd1.roundTripMs.LHR', 'lacks OC'],
    ['a way to the primary', { forwardingMs: { EEUR } }, 'd1.forwardingMs', 'lacks WEUR'],
    [
      'two replicas in a region',
      { replicas: [...ukEu.d1.replicas, { region: 'EEUR', colo: 'PRG' }] },
      'd1.replicas',
      'must have one replica at most in a region',
    ],
    ['a replica that is not there', { replicas: [] }, 'd1.nearest.LHR', 'has no replica in WEUR'],
    ['a colo', { primary: { region: 'WEUR', colo: 'Amsterdam' } }, 'd1.primary.colo', 'must match pattern'],
    ['a limit', { queueLimit: 0 }, 'd1.queueLimit', '>0'],
  ])('%s', (_, change, path, message) => {
    const { error } = LatencyProfile.safeParse({ ...ukEu, d1: { ...ukEu.d1, ...change } });

    const issues = error?.issues.map((issue) => [issue.path.join('.'), issue.message]);
    expect(issues?.[0]).toEqual([path, expect.stringContaining(message)]);
  });
});
