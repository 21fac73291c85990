import { describe, expect, test } from 'vitest';
import { latencyProfiles } from '../plane.ts';
import { LatencyProfile } from '../profile.ts';

const NAMES = ['instant', 'uk-eu', 'pessimistic'] as const;
type Given = (typeof latencyProfiles)[(typeof NAMES)[number]];

/** The paths of all numbers within a value, such as `d1.readServiceMs.p50`. */
function numberPaths(value: unknown, path: string): string[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numberPaths(inner, `${path}.${key}`));
}

const ancestry = (path: string): string[] =>
  path.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'));

/** Numbers of which nobody says where they come from. */
const unsourced = ({ d1, kv, sources }: Given): string[] =>
  [...numberPaths(d1, 'd1'), ...numberPaths(kv, 'kv')].filter(
    (path) => !ancestry(path).some((each) => Object.hasOwn(sources, each)),
  );

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
    expect(numberPaths(profile, '').length).toBeGreaterThan(20);
    expect(unsourced(profile)).toEqual([]);
    expect(idleSources(profile)).toEqual([]);
    expect(Object.values(profile.sources).filter((source) => source.length < 15)).toEqual([]);
  });
});

test('a number without a source, and a source without a number, would be seen', () => {
  const ukEu = latencyProfiles['uk-eu'];
  const { 'd1.readServiceMs': source, ...others } = ukEu.sources;

  const renamed = { ...ukEu, sources: { ...others, 'd1.readMs': source } } as unknown as Given;

  expect(unsourced(renamed)).toEqual(['min', 'p50', 'p95', 'p99'].map((each) => `d1.readServiceMs.${each}`));
  expect(idleSources(renamed)).toEqual(['d1.readMs']);
});

describe('the numbers that are not ours to choose', () => {
  test.each(['uk-eu', 'pessimistic'] as const)(
    '%s serves as B7 demands: 1-4 ms and 5-10 ms, KV 0.2-2 ms',
    (name) => {
      const { d1, kv } = latencyProfiles[name];

      expect(d1.readServiceMs).toMatchObject({ min: 1, p95: 4 });
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
  const { d1, kv } = latencyProfiles.instant;
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
  const [WEUR, EEUR] = [1, 1];

  test.each<[string, object, string, string]>([
    [
      'weights',
      { nearest: { ...ukEu.d1.nearest, MAN: {} } },
      'd1.nearest.MAN',
      'must give weight to one of the replicas',
    ],
    [
      'a weight',
      { nearest: { ...ukEu.d1.nearest, EDI: { WEUR, OC: 1 } } },
      'd1.nearest.EDI',
      'has no replica in OC',
    ],
    ['a PoP', { nearest: { LHR: { WEUR }, MAN: { WEUR } } }, 'd1.nearest.EDI', 'expected record'],
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
    ['no replica', { replicas: [] }, 'd1.replicas', '>=1 items'],
    ['a colo', { primary: { region: 'WEUR', colo: 'Amsterdam' } }, 'd1.primary.colo', 'must match pattern'],
    ['a limit', { queueLimit: 0 }, 'd1.queueLimit', '>0'],
  ])('%s', (_, change, path, message) => {
    const { error } = LatencyProfile.safeParse({ ...ukEu, d1: { ...ukEu.d1, ...change } });

    const issues = error?.issues.map((issue) => [issue.path.join('.'), issue.message]);
    expect(issues?.[0]).toEqual([path, expect.stringContaining(message)]);
  });
});
