import { formatCount } from '../../reports/format.ts';
import type { Knee } from '../../reports/index.ts';
import { LoadTestError } from '../errors.ts';
import { bootstrapMean } from './block-bootstrap.ts';
import type { BusiestDatabase, Ladder } from './ladder.ts';
import { type MeasuredRung, measureRungs } from './measured-rungs.ts';
import { findSaturation, type Saturation } from './saturation.ts';
import { fitScalability } from './scalability.ts';

/** What gives way, and where. */
type Limit = Omit<Knee, 'scalability' | 'rungs' | 'databaseBound' | 'officeUsers'>;

/** Half of it may be warm-up, and an interval of under ten seconds says nothing. */
const SHORTEST_RUNG_SECONDS = 20;
/** A database this busy is what limits the target; the rest of its time goes between two requests. */
const BUSY = 0.9;

/**
 * The knee of a closed ladder: the largest number of users with which every objective holds and throughput still follows.
 *
 * - Throughput stops first: the knee is the saturation point (see `findSaturation`), with its bootstrap interval, when no
 *   rung up to it misses an objective.
 * - An objective is missed first: the knee is the largest rung under the first that missed one. Between the two it is not
 *   known, so they are the ends of the interval; the throughput is that of the rung that passed.
 * - Neither happens: `beyond`, and the largest rung is a lower bound, without intervals and without a fit.
 *
 * The universal scalability law is fitted for its coefficients, which tell contention from throughput that falls; the knee
 * is not read from it, as its smooth bend does not follow the sharp one of thousands of users who think.
 *
 * @returns null when the smallest rung already misses an objective: the knee is below the ladder
 * @throws LoadTestError `rung_too_short` without rungs, or when one has under 20 seconds
 */
export function findKnee({ rungs, idleMs, busiestDatabase, seed }: Ladder): Knee | null {
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
  const saturation = findSaturation(measured, idleMs, seed);
  const bound = busiestDatabase && boundOf(busiestDatabase);
  const limit =
    failed && failed.virtualUsers <= (saturation?.virtualUsers ?? Number.POSITIVE_INFINITY)
      ? limitOfObjectives(passed, failed, seed)
      : saturation
        ? limitOfThroughput(saturation, bound)
        : beyond(passed);
  return {
    ...limit,
    scalability: limit.state === 'beyond' ? null : fitScalability(measured),
    rungs: measured.map(({ requestsBySecond: _seconds, missedObjectives: _missed, ...rung }) => rung),
    databaseBound: bound && {
      ...bound,
      agrees: (limit.requestsPerSecondInterval?.low ?? limit.requestsPerSecond) <= bound.requestsPerSecond,
    },
  };
}

const limitOfObjectives = (passed: MeasuredRung, failed: MeasuredRung, seed: number): Limit => ({
  state: 'found',
  virtualUsers: passed.virtualUsers,
  virtualUsersInterval: { low: passed.virtualUsers, high: failed.virtualUsers },
  requestsPerSecond: passed.requestsPerSecond,
  requestsPerSecondInterval: bootstrapMean([passed.requestsBySecond], seed),
  limitedBy: `at ${formatCount(failed.virtualUsers)} users: ${failed.missedObjectives.join(', ')}`,
});

const limitOfThroughput = (saturation: Saturation, bound: DatabaseBound | null): Limit => ({
  state: 'found',
  ...saturation,
  limitedBy: culprit(saturation.requestsPerSecond, bound),
});

const beyond = (largest: MeasuredRung): Limit => ({
  state: 'beyond',
  virtualUsers: largest.virtualUsers,
  virtualUsersInterval: null,
  requestsPerSecond: largest.requestsPerSecond,
  requestsPerSecondInterval: null,
  limitedBy: `nothing up to ${formatCount(largest.virtualUsers)} users`,
});

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
