import { expect, test } from 'vitest';
import { sampleKnee } from '../testing/sample-ladder.ts';
import { limitStatements, rungTable, sustainedStatement } from './knee.ts';

test('a knee that was found has its interval beside it, and none where there is none', () => {
  expect(sustainedStatement(sampleKnee)).toEqual([
    '4,593 virtual users (95 % interval 4,387 to 4,742)',
    '1,065 requests/s (95 % interval 1,017 to 1,099)',
    'as by 19,120 people at work (95 % interval 18,265 to 19,741), who ask once in 18 s',
  ]);
  expect(sustainedStatement({ ...sampleKnee, virtualUsersInterval: null })[0]).toBe('4,593 virtual users');
});

test('a ladder that ended too early gives a lower bound, never a limit', () => {
  const beyond = { ...sampleKnee, state: 'beyond' as const, databaseBound: null };

  const [users, rate, people] = sustainedStatement(beyond);

  expect(users).toMatch(/^at least 4,593 virtual users: the ladder ended/);
  expect(rate).toBe('at least 1,065 requests/s');
  expect(people).toMatch(/^as by at least 19,120 people at work/);
  expect(limitStatements(beyond)).toEqual([]);
});

test('a run from before people at work were told has none', () => {
  const { officeUsers: _, ...older } = sampleKnee;

  expect(sustainedStatement(older)).toHaveLength(2);
});

test('a database that could not have served the load contradicts the knee in words', () => {
  const bound = { database: 'shard-1', requestsPerSecond: 700, agrees: false };

  const [, statement] = limitStatements({ ...sampleKnee, databaseBound: bound });

  expect(statement).toBe(
    'shard-1 can serve 700 requests/s (1 / mean service time), so that one of the two figures is wrong',
  );
});

test('each rung says whether its objectives were met', () => {
  const { rows } = rungTable(sampleKnee);

  expect(rows.map(([users, objectives]) => `${users} ${objectives}`)).toEqual(
    expect.arrayContaining(['4,000 met', '5,000 missed']),
  );
});
