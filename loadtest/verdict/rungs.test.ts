import { describe, expect, test } from 'vitest';
import { type Scenario, withOverrides } from '../scenarios/index.ts';
import { clean } from '../testing/clean-evidence.ts';
import { CLIMB_SECONDS, climbed, kneeIn, ladder, patient, usersOf, verdictOf } from '../testing/climbed.ts';
import { scenarios } from '../testing/scenarios.ts';
import { answersWithin, oneAtATime, type SimulatedTarget } from '../testing/simulated-targets.ts';
import type { Evidence } from './evidence.ts';
import { climbOf } from './rungs.ts';
import { signalsOf } from './signals.ts';

describe('the knee of a climb', () => {
  test('is where a database that takes 40 ms a request, one at a time, is full', () => {
    const knee = kneeIn(climbed({ scenario: patient, target: oneAtATime(40) }));

    expect(knee?.state).toBe('found');
    // 25 requests a second at most; users who think 1.8 s on average ask for them when there are about 46.
    expect(knee?.requestsPerSecond).toBeGreaterThan(22);
    expect(knee?.requestsPerSecond).toBeLessThan(25.5);
    expect(knee?.virtualUsers).toBeGreaterThan(38);
    expect(knee?.virtualUsers).toBeLessThan(50);
  });

  test('is beyond the ladder when nothing gives way', () => {
    const knee = kneeIn(climbed({ target: answersWithin(10) }));

    expect(knee).toMatchObject({ state: 'beyond', virtualUsers: 150, virtualUsersBracket: null });
  });

  test('names the objective that gave way first', () => {
    // From the seventh rung on every answer is late, and throughput still follows.
    const knee = kneeIn(
      climbed({
        target: ({ atSeconds, ...request }) =>
          answersWithin(atSeconds > 6 * CLIMB_SECONDS ? 400 : 10)({ atSeconds, ...request }),
      }),
    );

    expect(knee).toMatchObject({ state: 'found', virtualUsers: usersOf(ladder, 5) });
    expect(knee?.limitedBy).toContain('p95');
  });

  test('is also told in people who think as long as those of an office day', () => {
    const {
      requestsPerSecond = 0,
      requestsPerSecondBracket,
      officeUsers,
    } = kneeIn(climbed({ scenario: patient, target: oneAtATime(40) })) ?? {};

    // 4,000 of them ask for 222.7 requests a second: 17.96 s between two of one person.
    expect(officeUsers?.virtualUsers).toBeCloseTo(requestsPerSecond * 17.958, 0);
    expect(officeUsers?.bracket?.low).toBeCloseTo((requestsPerSecondBracket?.low ?? 0) * 17.958, 0);
    expect(kneeIn(climbed({ target: answersWithin(10) }))?.officeUsers?.bracket).toBeNull();
  });

  test('is where more requests fail than the budget allows', () => {
    const fails: SimulatedTarget = ({ atSeconds, uniform }) =>
      atSeconds > 6 * CLIMB_SECONDS && uniform() < 0.05
        ? { answerMs: 10, failed: 'status' }
        : { answerMs: 10 };

    expect(kneeIn(climbed({ scenario: patient, target: fails }))).toMatchObject({
      virtualUsers: usersOf(ladder, 5),
      limitedBy: expect.stringMatching(/error budget$/),
    });
  });

  test('is where all together are too slow, when no operation is', () => {
    const scenario = { ...patient, totalObjective: { p95Ms: 300, p99Ms: 1e6, why: 'Of all.' } };
    const slows: SimulatedTarget = ({ atSeconds, ...request }) =>
      answersWithin(atSeconds > 6 * CLIMB_SECONDS ? 400 : 10)({ atSeconds, ...request });

    expect(kneeIn(climbed({ scenario, target: slows }))).toMatchObject({
      virtualUsers: usersOf(ladder, 5),
      limitedBy: expect.stringMatching(/: p95 of all$/),
    });
  });

  test('is held against the database that served for the longest time', () => {
    const database = (name: string, busyMs: number) => ({
      ...{ database: name, instance: 'primary', requests: 1_000, busyMs, queueMs: 0, longestQueue: 0 },
    });
    const evidence = climbed({ target: answersWithin(10) });
    const databases = [database('account', 900), database('shard', 2_000), database('other', 1_500)];

    // The uppermost rung is the one that is sustained: its 22 s, and no other's.
    const useByPhase = new Map([['rung-150', { observedMs: 22_000, databases, kv: [], buckets: [] }]]);
    const knee = kneeIn({ ...evidence, useByPhase });

    expect(knee?.databaseBound?.database).toBe('shard (primary)');
    const requests = evidence.aggregate.phases.get('rung-150')?.requests ?? 0;
    expect(knee?.databaseBound?.requestsPerSecond).toBeCloseTo(requests / 2, 6);
  });

  test('is none of a climb that was cut short', () => {
    const evidence = climbed({ target: answersWithin(10) });
    const death = { role: 'data-plane', name: 'data plane', detail: 'killed' } as const;

    expect(kneeIn(evidence)).not.toBeNull();
    expect(kneeIn({ ...evidence, death })).toBeNull();
  });

  test('is none of a scenario that climbs nothing', () => {
    expect(kneeIn(clean)).toBeNull();
  });
});

describe('a rung on which the generator was the limit', () => {
  test('ends the ladder: what is above says nothing about the target', () => {
    const evidence = climbed({
      scenario: { ...ladder, peopleAtWork: 4_000 },
      target: answersWithin(10),
      full: (rung) => (rung >= 4 ? 60 : 0),
    });

    expect(climbOf(evidence)).toMatchObject({
      rungs: { length: 4 },
      spoiledBy: expect.stringMatching(/core/),
    });
    expect(kneeIn(evidence)).toMatchObject({
      state: 'beyond',
      virtualUsers: usersOf(ladder, 3),
      limitedBy: expect.stringMatching(/^the generator/),
    });
    expect(verdictOf(evidence)).toMatchObject({ outcome: 'INCONCLUSIVE', signal: 'sustained-rate' });
  });

  test('is one on which k6 was silent', () => {
    const pausedUntil = 4.5 * CLIMB_SECONDS;
    const lateMs = (at: number): number =>
      at > pausedUntil - 4 && at < pausedUntil ? (pausedUntil - at) * 1000 : 0;
    const evidence = climbed({ target: answersWithin(10), generator: { lateMs } });

    expect(climbOf(evidence)).toMatchObject({ rungs: { length: 4 } });
    expect(climbOf(evidence)?.spoiledBy).toMatch(/late|nothing/);
  });

  test('is one on which k6 reported nothing, although nobody woke late; while users come that is no matter', () => {
    const evidence = climbed({ target: answersWithin(10) });
    const { startedAtMs = 0 } = evidence.aggregate;
    const silentFrom = (seconds: number): Evidence => {
      const fromMs = startedAtMs + seconds * 1000;
      const silences = [{ fromMs, toMs: fromMs + 3_000 }];
      return { ...evidence, aggregate: { ...evidence.aggregate, silences } };
    };

    expect(climbOf(silentFrom(4 * CLIMB_SECONDS + 20))).toMatchObject({
      rungs: { length: 4 },
      spoiledBy: 'k6 reported nothing for 3.0 s',
    });
    expect(climbOf(silentFrom(4 * CLIMB_SECONDS + 2))).toMatchObject({ rungs: { length: 10 } });
  });

  test('is one on which users woke late', () => {
    const generator = { lateMs: (atSeconds: number) => (atSeconds > 3 * CLIMB_SECONDS ? 90 : 0) };

    expect(climbOf(climbed({ target: answersWithin(10), generator }))).toMatchObject({
      rungs: { length: 3 },
      spoiledBy: expect.stringMatching(/late/),
    });
  });

  test('makes the run VOID when it comes too early', () => {
    const evidence = climbed({ target: answersWithin(10), full: (rung) => (rung >= 2 ? 60 : 0) });

    expect(verdictOf(evidence)).toMatchObject({ outcome: 'VOID', signal: 'sound-rungs' });
    expect(kneeIn(evidence)).toBeNull();
  });
});

describe('a ladder is judged by what the users ask for that it was given', () => {
  // 150 people at work ask for 8.4 requests a second together, and 4,000 for 223.
  const sustained = (scenario: Scenario, target: SimulatedTarget) =>
    signalsOf(climbed({ scenario, target })).find(({ id }) => id === 'sustained-rate');

  test.each([
    ['as many as were given', ladder, 8.35],
    ['4,000 where none were given', withOverrides(scenarios.step, { holdSeconds: 22 }), 222.7],
  ])('%s', (_, { peopleAtWork }, perSecond) => {
    const bound = sustained({ ...ladder, peopleAtWork }, answersWithin(10))?.bound;

    expect(bound).toBeCloseTo(perSecond, 1);
  });

  test('a target that can do more holds, and one that gives way below is a FAIL', () => {
    expect(sustained(ladder, oneAtATime(20))).toMatchObject({ holds: true });
    expect(verdictOf(climbed({ target: oneAtATime(120) }))).toMatchObject({
      outcome: 'FAIL',
      signal: 'sustained-rate',
    });
  });
});
