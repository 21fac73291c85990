import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Knee } from '../../reports/index.ts';
import { coverageOf, KNOWN_TARGETS } from './coverage.testing.ts';
import { findKnee, type Ladder, type LadderRung } from './index.ts';

const IDLE_MS = 17_990;
const MAX_PER_SECOND = 200;
/** (17.99 s + 0.01 s) x 200 / s */
const SATURATION = 3600;

/** Adds up to nothing over 20 seconds, but not over the blocks of a bootstrap. */
const WAVER = [2, 1, 0, 2, -1, 1, 0, -2, 1, -1, -2, 0, -1, -2, 1, -1, 2, 0, -1, 1];

/** A rung of a target that follows its users up to 200 requests a second, and counts that waver by two. */
function rung(virtualUsers: number, changes: Partial<LadderRung> & { perSecond?: number } = {}): LadderRung {
  const { perSecond = Math.min(virtualUsers / 18, MAX_PER_SECOND), ...rest } = changes;
  return {
    virtualUsers,
    seconds: Array.from({ length: 40 }, (_, second) => ({
      requests: perSecond + (WAVER[second % WAVER.length] ?? 0),
      failures: 0,
      p95Ms: 20 + (second % 2),
    })),
    latency: { meanMs: 10, p95Ms: 20 },
    missedObjectives: [],
    ...rest,
  };
}

const ladder = (rungs: readonly LadderRung[], changes: Partial<Ladder> = {}): Ladder => ({
  rungs,
  idleMs: IDLE_MS,
  busiestDatabase: null,
  seed: 1,
  ...changes,
});
const past = (virtualUsers: number): LadderRung =>
  rung(virtualUsers, { missedObjectives: ['p95 of open-client'] });
const SATURATED = [rung(900), rung(1800), rung(2700), past(5000), past(7000)];

describe('findKnee', () => {
  test('throughput that stops following is a knee at (Z + R0) Xmax', () => {
    const knee = findKnee(ladder(SATURATED));

    expect(Knee.parse(knee)).toMatchObject({
      state: 'found',
      limitedBy: 'throughput stopped following the users',
    });
    expect(knee?.virtualUsers).toBeCloseTo(SATURATION, -1);
    expect(knee?.requestsPerSecond).toBeCloseTo(MAX_PER_SECOND, 0);
    expect(knee?.virtualUsersInterval?.low).toBeLessThan(SATURATION);
    expect(knee?.virtualUsersInterval?.high).toBeGreaterThan(SATURATION);
    expect(knee?.scalability?.rSquared).toBeGreaterThan(0.9);
  });

  test('an objective missed before that is the knee, and the two rungs are its interval', () => {
    const rungs = [rung(900), rung(1800), past(2700), past(5000), past(7000)];

    expect(findKnee(ladder(rungs))).toMatchObject({
      state: 'found',
      virtualUsers: 1800,
      virtualUsersInterval: { low: 1800, high: 2700 },
      requestsPerSecond: expect.closeTo(100, 0),
      limitedBy: 'at 2,700 users: p95 of open-client',
    });
  });

  test('a rung that passes above one that failed does not count', () => {
    expect(findKnee(ladder([rung(900), past(1800), rung(2700)]))?.virtualUsers).toBe(900);
  });

  test('a ladder too short for either is a lower bound, without intervals and without a fit', () => {
    const knee = findKnee(ladder([rung(900), rung(1800), rung(2700), rung(3400)]));

    expect(Knee.parse(knee)).toMatchObject({
      state: 'beyond',
      virtualUsers: 3400,
      virtualUsersInterval: null,
      requestsPerSecondInterval: null,
      scalability: null,
      limitedBy: 'nothing up to 3,400 users',
    });
  });

  test('a smallest rung that misses an objective leaves the knee below the ladder', () => {
    expect(findKnee(ladder([past(900), past(1800)]))).toBeNull();
  });

  test('throughput that falls past its peak: the best rung counts, not the ruins behind it', () => {
    const falling = [rung(900), rung(1800), rung(2700), rung(7000, { perSecond: 100 })];

    expect(findKnee(ladder(falling))?.virtualUsers).toBeCloseTo(2700, -1);
  });

  test.each([
    ['without rungs', []],
    ['with a rung of 19 seconds', [rung(900), { ...rung(1800), seconds: rung(1800).seconds.slice(0, 19) }]],
  ])('a ladder %s is refused', (_, rungs) => {
    expect(() => findKnee(ladder(rungs))).toThrow(expect.objectContaining({ code: 'rung_too_short' }));
  });

  test('the order of the rungs does not matter', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(SATURATED, { minLength: SATURATED.length }), (shuffled) => {
        expect(findKnee(ladder(shuffled))).toEqual(findKnee(ladder(SATURATED)));
      }),
      { numRuns: 10 },
    );
  });

  test('the warm-up of the rungs is cut off, and its failures with it', () => {
    const warming = SATURATED.map((each) => ({
      ...each,
      seconds: each.seconds.map((second, index) =>
        index < 10 ? { requests: 5, failures: 5, p95Ms: 3000 } : second,
      ),
    }));

    const knee = findKnee(ladder(warming));

    expect(knee?.virtualUsers).toBeCloseTo(SATURATION, -1);
    expect(knee?.rungs[0]).toMatchObject({ warmUpSeconds: 10, usedSeconds: 30, failureShare: 0 });
  });
});

describe('the busiest database', () => {
  const withDatabase = (meanServiceMs: number, visits: number) =>
    findKnee(ladder(SATURATED, { busiestDatabase: { database: 'shard-1', meanServiceMs, visits } }));

  test('explains the knee when its bound is reached', () => {
    expect(withDatabase(4, 1.25)).toMatchObject({
      limitedBy: 'the database shard-1, 100 % busy',
      databaseBound: { database: 'shard-1', requestsPerSecond: 200, agrees: true },
    });
  });

  test('is cleared when it had time left', () => {
    expect(withDatabase(2, 1)).toMatchObject({
      limitedBy: 'not the database shard-1, 40 % busy: something in front of it',
      databaseBound: { requestsPerSecond: 500, agrees: true },
    });
  });

  test('contradicts a knee above its bound', () => {
    expect(withDatabase(10, 1)?.databaseBound).toMatchObject({ requestsPerSecond: 100, agrees: false });
  });
});

describe('the interval', () => {
  test.each(KNOWN_TARGETS)('holds the known knee of $name (1,000 runs: npm run prove:knee)', (target) => {
    const { runs, covered } = coverageOf(target, 20, 1);

    expect(covered / runs).toBeGreaterThanOrEqual(0.8);
  });
});
