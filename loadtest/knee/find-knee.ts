import { formatCount } from '../../reports/document/index.ts';
import type { Bracket, Knee } from '../../reports/index.ts';
import { LoadTestError } from '../errors.ts';
import type { BusiestDatabase, Ladder } from './ladder.ts';
import { type MeasuredRung, measureRungs } from './measured-rungs.ts';
import { cycleSecondsOf, findSaturation, type Saturation } from './saturation.ts';
import { fitScalability } from './scalability.ts';

/** What gives way, and where. */
type Limit = Omit<Knee, 'scalability' | 'rungs' | 'databaseBound' | 'officeUsers'>;

/** Half of it may be warm-up, and a rate over under ten seconds says nothing. */
const SHORTEST_RUNG_SECONDS = 20;
/** A database this busy is what limits the target; the rest of its time goes between two requests. */
const BUSY = 0.9;
/**
 * How far a rung must be from the knee to be an end of its bracket. Nearer, chance decides whether a rung of half a minute
 * misses an objective or how much throughput its plateau has; `npm run internal -- prove:knee` counts how often the truth is inside.
 */
const CLEAR = 0.1;
/** Two rates this near each other agree: a ladder's rungs are as far apart. */
const AGREEMENT = 0.25;

/**
 * The knee of a closed ladder: the largest number of users with which every objective holds and throughput still follows.
 *
 * - Throughput stops first: the knee is the saturation point (see `findSaturation`), when no rung up to it misses an
 *   objective.
 * - An objective is missed first: the knee is the largest rung under the first that missed one, and the throughput that
 *   of this rung.
 * - Neither happens: `beyond`, and the largest rung is a lower bound, without a bracket and without a fit.
 *
 * Its bracket are two rungs, one clearly below and one clearly above. It is no confidence interval, and has none: the
 * knee of a ladder is searched by objectives that a rung meets or misses, on targets whose speed wanders.
 *
 * The universal scalability law is fitted for its coefficients, which tell contention from throughput that falls; the knee
 * is not read from it, as its smooth bend does not follow the sharp one of thousands of users who think.
 *
 * @returns null when the smallest rung already misses an objective: the knee is below the ladder
 * @throws LoadTestError `rung_too_short` without rungs, or when one has under 20 seconds
 */
export function findKnee({ rungs, idleMs, busiestDatabase }: Ladder): Knee | null {
  if (rungs.length === 0 || rungs.some(({ seconds }) => seconds.length < SHORTEST_RUNG_SECONDS)) {
    throw new LoadTestError(
      'rung_too_short',
      `a ladder needs rungs of at least ${SHORTEST_RUNG_SECONDS} seconds; hold each for longer`,
    );
  }
  const measured = measureRungs(rungs.toSorted((a, b) => a.virtualUsers - b.virtualUsers));
  const failed = measured.find((rung) => !rung.withinObjectives);
  const passed = measured.findLast((rung) => !failed || rung.virtualUsers < failed.virtualUsers);
  if (!passed) return null;
  const saturation = findSaturation(measured, idleMs);
  const bound = busiestDatabase && boundOf(busiestDatabase);
  const cycleSeconds = cycleSecondsOf(measured, idleMs);
  const limit =
    failed && failed.virtualUsers <= (saturation?.virtualUsers ?? Number.POSITIVE_INFINITY)
      ? {
          ...limitOfObjectives(passed, failed),
          ...brackets(measured, passed.virtualUsers, failed.virtualUsers, cycleSeconds),
        }
      : saturation
        ? {
            ...limitOfThroughput(saturation, bound),
            ...brackets(measured, saturation.virtualUsers, saturation.virtualUsers, cycleSeconds),
          }
        : beyond(passed);
  return {
    ...limit,
    scalability: limit.state === 'beyond' ? null : fitScalability(measured),
    rungs: measured.map(({ missedObjectives: _missed, ...rung }) => rung),
    databaseBound: bound && { ...bound, agrees: agree(limit.requestsPerSecond, bound.requestsPerSecond) },
  };
}

type Found = Omit<Limit, 'virtualUsersBracket' | 'requestsPerSecondBracket'>;

const limitOfObjectives = (passed: MeasuredRung, failed: MeasuredRung): Found => ({
  state: 'found',
  virtualUsers: passed.virtualUsers,
  requestsPerSecond: passed.requestsPerSecond,
  limitedBy: `at ${formatCount(failed.virtualUsers)} users: ${failed.missedObjectives.join(', ')}`,
});

const limitOfThroughput = (saturation: Saturation, bound: DatabaseBound | null): Found => ({
  state: 'found',
  ...saturation,
  limitedBy: culprit(saturation.requestsPerSecond, bound),
});

const beyond = (largest: MeasuredRung): Limit => ({
  state: 'beyond',
  virtualUsers: largest.virtualUsers,
  virtualUsersBracket: null,
  requestsPerSecond: largest.requestsPerSecond,
  requestsPerSecondBracket: null,
  limitedBy: `nothing up to ${formatCount(largest.virtualUsers)} users`,
});

/** The rungs that are clearly below and above; rates are what so many users ask for who need not wait. */
function brackets(rungs: readonly MeasuredRung[], low: number, high: number, cycleSeconds: number) {
  const users = rungs.map(({ virtualUsers }) => virtualUsers);
  const bracket: Bracket = {
    low: users.findLast((each) => each <= (1 - CLEAR) * low) ?? 0,
    high: users.find((each) => each >= (1 + CLEAR) * high) ?? null,
  };
  return {
    virtualUsersBracket: bracket,
    requestsPerSecondBracket: {
      low: bracket.low / cycleSeconds,
      high: bracket.high === null ? null : bracket.high / cycleSeconds,
    },
  };
}

const agree = (one: number, other: number): boolean =>
  Math.min(one, other) >= (1 - AGREEMENT) * Math.max(one, other);

type DatabaseBound = Omit<NonNullable<Knee['databaseBound']>, 'agrees'>;

/** The utilisation law: a server that is busy for D seconds per request to the target answers at most 1 / D of them. */
const boundOf = ({ database, meanServiceMs, visits }: BusiestDatabase): DatabaseBound => ({
  database,
  requestsPerSecond: 1000 / (meanServiceMs * visits),
});

function culprit(requestsPerSecond: number, bound: DatabaseBound | null): string {
  if (!bound) return 'throughput stopped following the users';
  const busy = requestsPerSecond / bound.requestsPerSecond;
  const percent = `${Math.round(100 * Math.min(1, busy))} % busy`;
  return busy >= BUSY
    ? `the database ${bound.database}, ${percent}`
    : `not the database ${bound.database}, ${percent}: something in front of it`;
}
