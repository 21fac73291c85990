import type { Observations } from '../generator/index.ts';
import { countingStretches } from '../generator/index.ts';
import { openShape } from '../k6/index.ts';
import {
  isLadder,
  meanThinkTimeMs,
  offeredPerSecond,
  operationsIn,
  type Scenario,
} from '../scenarios/index.ts';
import { sum } from '../sum.ts';
import type { Facts } from './evidence.ts';
import { type ExpectedLoad, expectedLoads } from './expected-load.ts';

/** The gauge is reported once a second, so that the first and the last moment of a stretch can go unseen. */
const GAUGE_TOLERANCE_MS = 2500;
/** The schedule is exact in the open model; a user's think times are random in the closed one. */
const ACHIEVED_MIN_PERCENT = { open: 99, closed: 90 } as const;
/** Of an operation's expected share: where answers differ in speed, users linger at the slow ones (assumption). */
const MIX_TOLERANCE = 0.25;
/** Standard deviations of requests that come in twos, as sign-ins do: twice the variance of a Poisson count. */
const MIX_DEVIATIONS = 3;
/** A failure ends the work on a client: an operation is missing, and the next client's come sooner. */
const LOST_PER_FAILURE = 2;

/** The load alone, without what went on around it. */
type Loaded = Pick<Observations, 'scenario' | 'aggregate'>;

const validity = { kind: 'validity', onBreach: 'VOID' } as const;

/** Whether the load that was asked for is the load that the target was given. */
export function loadSignals(observations: Loaded): Facts[] {
  const { scenario, aggregate } = observations;
  const expected = expectedLoads(scenario, aggregate.total.histogram.mean / 1000);
  return [
    ...(scenario.model === 'closed' ? [peakUsers(observations)] : arrivals(observations)),
    held(observations),
    achieved(observations, expected),
    mix(observations, expected),
    unaccounted(observations),
    ...(isLadder(scenario) ? [] : [failuresOfRun(observations)]),
  ];
}

function peakUsers({ scenario, aggregate }: Loaded): Facts {
  const share = Math.max(...scenario.phases.map((phase) => phase.share));
  return {
    ...validity,
    id: 'peak-virtual-users',
    title: 'Virtual users at once',
    requirement: 'A4',
    observed: aggregate.peakVirtualUsers,
    bound: Math.round(share * scenario.virtualUsers),
    comparison: 'at least',
    unit: 'users',
    why: 'A run with fewer users than asked for answers another question.',
  };
}

function held({ scenario, aggregate }: Loaded): Facts {
  const stretches = countingStretches(scenario.phases);
  const asked = stretches.reduce((sum, { fromSeconds, toSeconds }) => sum + toSeconds - fromSeconds, 0);
  return {
    ...validity,
    id: 'held',
    title: 'Time at the load that was asked for',
    observed: aggregate.heldMs,
    bound: Math.max(1, asked * 1000 - stretches.length * GAUGE_TOLERANCE_MS),
    comparison: 'at least',
    unit: 'ms',
    why: 'What was measured at another load answers another question.',
  };
}

/**
 * k6 drops a request that is due when all users are waiting. That is the target's doing when the users would have
 * been enough for one within its objectives, and the generator's when they would not (Little's law: the users that
 * wait are the rate times the time to answer).
 */
function arrivals({ scenario, aggregate }: Loaded): Facts[] {
  const { droppedIterations, usersMade } = aggregate;
  const isTargets = usersMade >= usersNeeded(scenario);
  const facts = { observed: droppedIterations, bound: 0, comparison: 'at most', unit: 'requests' } as const;
  return [
    {
      ...validity,
      ...facts,
      id: 'dropped-requests',
      title: 'Requests that were due and had no user, though users within the objectives would be free',
      observed: isTargets ? 0 : droppedIterations,
      why:
        `At ${offeredPerSecond(scenario).toFixed(0)} requests/s and the slowest objective, ${usersNeeded(scenario)} ` +
        `users wait at once; k6 had ${usersMade}. With fewer it drops the requests of the slow periods.`,
    },
    {
      ...facts,
      id: 'unstarted-requests',
      title: 'Requests that were due while every user was waiting for the target',
      kind: 'objective',
      observed: isTargets ? droppedIterations : 0,
      onBreach: 'FAIL',
      why: 'Answers within their objectives would have left users free: the target does not follow this rate.',
    },
  ];
}

function usersNeeded(scenario: Scenario): number {
  const slowestMs = Math.max(...Object.values(scenario.objectives).map(({ p95Ms }) => p95Ms));
  const share = Math.max(...scenario.phases.map((phase) => phase.share));
  return Math.ceil((share * offeredPerSecond(scenario) * slowestMs) / 1000);
}

/**
 * Slow answers lower what a closed model asks for, and are in the expectation. What is missing beyond that nobody
 * owns up to: users who woke late (judged beside this), or a target that is slow to accept connections, which no
 * answer time shows.
 */
function achieved(
  { scenario, aggregate }: Loaded,
  [expected]: readonly [ExpectedLoad, ...ExpectedLoad[]],
): Facts {
  const { model } = scenario;
  const due = sum([...expected.values()]);
  const made =
    model === 'open' ? aggregate.lateness.totalCount + aggregate.droppedIterations : aggregate.total.requests;
  return {
    ...validity,
    id: 'achieved-load',
    title: model === 'open' ? 'Requests of the schedule that k6 came to' : 'Requests made, of those expected',
    observed: due === 0 ? Number.NaN : (100 * made) / due,
    bound: ACHIEVED_MIN_PERCENT[model],
    comparison: 'at least',
    unit: '%',
    onBreach: model === 'open' ? 'VOID' : 'INCONCLUSIVE',
    why:
      model === 'open'
        ? 'A generator that falls behind its schedule leaves out what would have been slow.'
        : 'Users who think and wait as long as these make a certain number of requests. Fewer mean time that no ' +
          'figure accounts for.',
  };
}

/**
 * A chi-square test would find any difference significant at these numbers; what is asked is whether it matters. The
 * deviation of an operation's share is held against a tolerance, chance, and what failures and edit conflicts explain.
 */
function mix({ scenario, aggregate }: Loaded, expected: readonly ExpectedLoad[]): Facts {
  const { operations, counters, phases, droppedIterations } = aggregate;
  const asked = operationsIn(scenario);
  const made = sum(asked.map(({ name }) => operations.get(name)?.requests ?? 0));
  const failures = sum([...phases.values()].map((totals) => totals.failures));
  const explained = LOST_PER_FAILURE * (failures + counters.edit_conflicts + droppedIterations);
  const deviations = asked.map(({ name }) => {
    const counts = expected.map(
      (load) => (made * (load.get(name) ?? 0)) / Math.max(1, sum([...load.values()])),
    );
    const count = operations.get(name)?.requests ?? 0;
    const most = Math.max(...counts);
    const deviation = Math.max(0, count - most, Math.min(...counts) - count);
    const chance = MIX_DEVIATIONS * Math.sqrt(2 * most) + MIX_DEVIATIONS;
    return { name, percent: (100 * deviation) / (MIX_TOLERANCE * most + chance + explained) };
  });
  const worst = deviations.reduce((a, b) => (b.percent > a.percent ? b : a));
  return {
    ...validity,
    id: 'operation-mix',
    title: `Deviation from the expected mix, of what is allowed (most: ${worst.name})`,
    observed: made === 0 ? Number.NaN : worst.percent,
    bound: 100,
    comparison: 'at most',
    unit: '%',
    why:
      'Other shares of reads and writes are another load. Allowed: a quarter of the expected number, three standard ' +
      'deviations, and two requests for each failure, edit conflict and dropped request.',
  };
}

/**
 * Every request that starts ends: with its answer, or with its timeout, for which k6 waits (k6-options.ts). Only what a user
 * leaves behind who has to go while waiting has no end, and what the lead-in of the open model has under way when k6 ends it.
 */
function unaccounted({ scenario, aggregate }: Loaded): Facts {
  const judged = scenario.model === 'open' ? openShape(scenario.phases).plateau : scenario.phases;
  const totals = judged.flatMap(({ name }) => aggregate.phases.get(name) ?? []);
  const started = sum(totals.map(({ lateness }) => lateness.totalCount));
  const ended = sum(totals.map(({ requests }) => requests));
  return {
    ...validity,
    id: 'unaccounted-requests',
    title: 'Requests that were started, and of whose end there is no sample',
    observed: started - ended,
    bound: scenario.model === 'open' ? 0 : leftBehind(scenario, aggregate),
    comparison: 'at most',
    unit: 'requests',
    why: 'Nobody knows what became of them, and those that take longest are the first to be lost.',
  };
}

/** Of the users who leave, those who are waiting just then, and as many more as chance explains. */
function leftBehind({ phases, virtualUsers, ...thinking }: Scenario, { total }: Loaded['aggregate']): number {
  const shares = [0, ...phases.map(({ share }) => share)];
  const leaving = sum(phases.map(({ share }, at) => Math.max(0, (shares[at] ?? 0) - share))) * virtualUsers;
  if (leaving === 0) return 0;
  const answerMs = total.histogram.mean / 1000;
  const expected = (leaving * answerMs) / (answerMs + meanThinkTimeMs(thinking));
  return Math.ceil(expected + MIX_DEVIATIONS * Math.sqrt(expected) + MIX_DEVIATIONS);
}

/** Judged beside the phases that count: a target that dies, or tokens that expire, may do so between them. */
function failuresOfRun({ scenario, aggregate: { phases } }: Loaded): Facts {
  const requests = sum([...phases.values()].map((totals) => totals.requests));
  const failures = sum([...phases.values()].map((totals) => totals.failures));
  return {
    id: 'failure-rate-of-run',
    title: 'Requests that failed in the whole run',
    kind: 'objective',
    observed: requests === 0 ? Number.NaN : (100 * failures) / requests,
    bound: scenario.failureBudget * 100,
    comparison: 'at most',
    unit: '%',
    onBreach: 'FAIL',
    why: 'The error budget holds while users come and go, too: a target that is gone at the end is no PASS.',
  };
}
