import { logNormalSampler, randomKey, type Uniform, unitsOf } from '../../fixtures/generator/index.ts';
import { askedShareAt } from '../generator/index.ts';
import { rounds } from '../journey/index.ts';
import { durationSecondsOf, offeredPerSecond, type Scenario } from '../scenarios/index.ts';

/** Enough users for shares within a percent or two; what they do stands for as many as there are. */
const SIMULATED_USERS = 500;

/** The requests of the phases that count, as the journey would make them. */
export type ExpectedLoad = ReadonlyMap<string, number>;

/**
 * How many requests of each operation the phases that count should see, when every answer takes as long as it did on
 * average. Simulated, because there is no steady state: half a minute after people have come, they search, and
 * nobody reads back what was written.
 *
 * Nothing fails here, and nobody edits what somebody else edits: the judge of the mix allows for both.
 *
 * @param meanAnswerMs of all requests, at least 0
 * @returns one expectation; in the open model the two between which the truth is, because k6 gives a request that is
 *   due to a user who is free: sooner or later all have had as many, but not in strict turns
 */
export function expectedLoads(
  scenario: Scenario,
  meanAnswerMs: number,
): readonly [ExpectedLoad, ...ExpectedLoad[]] {
  if (scenario.model === 'closed')
    return [simulate(scenario, (rank, uniform) => wakings(scenario, rank, meanAnswerMs, uniform))];
  return [
    simulate(scenario, (rank) => turns(scenario, rank)),
    simulate(scenario, (_, uniform) => byChance(scenario, uniform)),
  ];
}

function simulate(
  scenario: Scenario,
  momentsOf: (rank: number, uniform: Uniform) => Iterable<Moment>,
): ExpectedLoad {
  const counts = new Map<string, number>();
  for (let user = 0; user < SIMULATED_USERS; user += 1) {
    const uniform = uniformOf(scenario.seed, user);
    let now = 0;
    const work = rounds(scenario.journey, uniform, () => phaseAt(scenario, now)?.surge === 'writes');
    for (const { seconds, arrives } of momentsOf(user / SIMULATED_USERS, uniform)) {
      now = seconds;
      const { operation } = work.next(arrives).value;
      if (phaseAt(scenario, seconds)?.counts) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    }
  }
  return new Map(
    [...counts].map(([name, count]) => [name, (count * scenario.virtualUsers) / SIMULATED_USERS]),
  );
}

/** A moment at which a user makes a request, since the start of the load. */
interface Moment {
  readonly seconds: number;
  /** Whether the user has just come, or come back. */
  readonly arrives: boolean;
}

/** Closed model: a user is there while the phases ask for it, and thinks before each request. */
function* wakings(
  scenario: Scenario,
  rank: number,
  meanAnswerMs: number,
  uniform: Uniform,
): Generator<Moment, void, void> {
  const think = logNormalSampler(scenario.thinkTimeMedianMs, scenario.thinkTimeSigma);
  const endSeconds = durationSecondsOf(scenario);
  const isThere = (seconds: number): boolean => (askedShareAt(scenario.phases, seconds) ?? 0) > rank;
  let arrives = true;
  for (let seconds = 0; seconds < endSeconds; ) {
    if (!isThere(seconds)) {
      arrives = true;
      seconds += 1 / 4;
      continue;
    }
    seconds += think(uniform) / 1000;
    if (!isThere(seconds)) continue;
    yield { seconds, arrives };
    arrives = false;
    seconds += meanAnswerMs / 1000;
  }
}

/** Open model: the users take turns at the requests of the schedule. */
function* turns(scenario: Scenario, rank: number): Generator<Moment, void, void> {
  const { virtualUsers, phases } = scenario;
  const rate = offeredPerSecond(scenario);
  const endSeconds = durationSecondsOf(scenario);
  const step = 1 / 4;
  let due = 0;
  let turn = rank * virtualUsers;
  let arrives = true;
  for (let seconds = 0; seconds < endSeconds; seconds += step) {
    due += (askedShareAt(phases, seconds) ?? 0) * rate * step;
    for (; turn < due; turn += virtualUsers) {
      yield { seconds, arrives };
      arrives = false;
    }
  }
}

/**
 * Open model: whoever happens to be free makes the next request. A Poisson process for each user, thinned to the
 * share that is asked for (Lewis and Shedler, "Simulation of nonhomogeneous Poisson processes by thinning", 1979).
 */
function* byChance(scenario: Scenario, uniform: Uniform): Generator<Moment, void, void> {
  const perUser = offeredPerSecond(scenario) / scenario.virtualUsers;
  const endSeconds = durationSecondsOf(scenario);
  let arrives = true;
  for (let seconds = 0; seconds < endSeconds; ) {
    seconds -= Math.log(1 - uniform()) / perUser;
    if (uniform() >= (askedShareAt(scenario.phases, seconds) ?? 0)) continue;
    yield { seconds, arrives };
    arrives = false;
  }
}

function phaseAt({ phases }: Scenario, seconds: number): Scenario['phases'][number] | undefined {
  let endsAt = 0;
  return phases.find((phase) => {
    endsAt += phase.seconds;
    return seconds < endsAt;
  });
}

const uniformOf = (seed: number, user: number): Uniform => unitsOf(randomKey(seed, 'expected-load', user));
