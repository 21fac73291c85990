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
    expect(knee?.virtualUsersBracket).toEqual({ low: 2700, high: 5000 });
    expect(knee?.requestsPerSecondBracket).toEqual({ low: 150, high: expect.closeTo(5000 / 18, 6) });
    expect(knee?.scalability?.rSquared).toBeGreaterThan(0.9);
  });

  test('an objective missed before that is the knee, and the rungs clearly below and above are its bracket', () => {
    const rungs = [rung(900), rung(1800), past(2700), past(5000), past(7000)];

    expect(findKnee(ladder(rungs))).toMatchObject({
      state: 'found',
      virtualUsers: 1800,
      virtualUsersBracket: { low: 900, high: 5000 },
      requestsPerSecond: expect.closeTo(100, 0),
      limitedBy: 'at 2,700 users: p95 of open-client',
    });
  });

  test('where no rung is clearly below or above, the bracket is open', () => {
    expect(findKnee(ladder([rung(1800), past(1900)]))?.virtualUsersBracket).toEqual({ low: 0, high: null });
  });

  test('a rung that passes above one that failed does not count', () => {
    expect(findKnee(ladder([rung(900), past(1800), rung(2700)]))?.virtualUsers).toBe(900);
  });

  test('a ladder too short for either is a lower bound, without a bracket and without a fit', () => {
    const knee = findKnee(ladder([rung(900), rung(1800), rung(2700), rung(3400)]));

    expect(Knee.parse(knee)).toMatchObject({
      state: 'beyond',
      virtualUsers: 3400,
      virtualUsersBracket: null,
      requestsPerSecondBracket: null,
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

  test('is cleared when it had time left, and the two rates do not agree', () => {
    expect(withDatabase(2, 1)).toMatchObject({
      limitedBy: 'not the database shard-1, 40 % busy: something in front of it',
      databaseBound: { requestsPerSecond: 500, agrees: false },
    });
  });

  test('contradicts a knee above its bound', () => {
    expect(withDatabase(10, 1)?.databaseBound).toMatchObject({ requestsPerSecond: 100, agrees: false });
  });

  test.each([
    [160, true],
    [145, false],
    [260, true],
    [275, false],
  ])('that allows %i requests a second where the ladder found 200: agrees is %s', (perSecond, agrees) => {
    expect(withDatabase(1000 / perSecond, 1)?.databaseBound).toMatchObject({ agrees });
  });
});

describe('the bracket', () => {
  test.each(KNOWN_TARGETS)(
    'holds the known knee: $name (npm run internal -- prove:knee runs more)',
    (target) => {
      const { covered, above, below } = coverageOf(target, 3, 1);

      expect({ covered, above, below }).toEqual({ covered: 3, above: 0, below: 0 });
    },
  );
});
