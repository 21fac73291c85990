import { expect, test } from 'vitest';
import type { Knee } from '../schema/index.ts';
import { sampleKnee } from '../testing/sample-ladder.ts';
import { bracketStatement, kneeFigures, limitStatements, rungTables } from './knee.ts';

const toldOf = (knee: Knee): string[] =>
  kneeFigures(knee, { thinkTimeMedianMs: 4_000 }).map((figure) => figure.join(' '));

test('a knee that was found has its bracket beside it, and none where there is none', () => {
  expect(toldOf(sampleKnee)).toEqual([
    '4,593 virtual users (bracket 4,387 to 4,742) who think 4 s',
    '1,065 requests/s (bracket 1,017 to 1,099)',
    '19,120 people at work (bracket 18,265 to 19,741), who ask once in 18 s',
    '28.0 ms p95 at 4,000 users',
    '0 % of the requests failed there',
  ]);
  expect(toldOf({ ...sampleKnee, virtualUsersBracket: null })[0]).toBe('4,593 virtual users who think 4 s');
});

test('a ladder that ended too early gives a lower bound, never a limit', () => {
  const beyond = { ...sampleKnee, state: 'beyond' as const, databaseBound: null };

  const [users, rate, people] = toldOf(beyond);

  expect(users).toMatch(/^≥ 4,593 virtual users .*: the ladder ended before anything gave way$/);
  expect(rate).toMatch(/^≥ 1,065 requests\/s/);
  expect(people).toMatch(/^≥ 19,120 people at work/);
  expect(limitStatements(beyond)).toEqual([]);
});

test('a run from before people at work were told has none', () => {
  const { officeUsers: _, ...older } = sampleKnee;

  expect(toldOf(older).join()).not.toContain('people');
});

test.each([
  [900, true, /^118 % of that is sustained: the two agree within a quarter$/],
  [700, false, /^152 % of that is sustained: one of the two figures is wrong$/],
  [2_000, false, /^53.2 % of that is sustained: waiting/],
])(
  'a database that can serve %i requests/s is held against the knee in both directions',
  (perSecond, agrees, words) => {
    const databaseBound = { database: 'shard-1', requestsPerSecond: perSecond, agrees };

    const [, , statement] = limitStatements({ ...sampleKnee, databaseBound });

    expect(statement).toMatch(words);
  },
);

test('a bracket without an end says so', () => {
  expect(bracketStatement({ low: 200, high: 400 })).toBe('bracket 200 to 400');
  expect(bracketStatement({ low: 0, high: 400 })).toBe('below 400');
  expect(bracketStatement({ low: 200, high: null })).toBe('bracket 200 and up');
  expect(bracketStatement({ low: 0, high: null })).toBe('no rung is clearly below or above');
});

test('rungs that kept their objectives are apart from those beyond', () => {
  const [upToLimit, beyond] = rungTables(sampleKnee).map(({ rows }) =>
    rows.map(([users, objectives]) => `${users} ${objectives}`),
  );

  expect(upToLimit).toEqual(['1,000 met', '2,000 met', '3,000 met', '4,000 met']);
  expect(beyond).toEqual(['5,000 missed', '6,000 missed']);
});
