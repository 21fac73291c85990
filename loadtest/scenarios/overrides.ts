import { badOption } from '../../reports/command/errors/index.ts';
import type { ObjectivesFile } from './objectives-file.ts';
import { Scenario } from './scenario.ts';
import { isLadder, ladder, RUNGS } from './step.ts';

/** What a command line may change in a scenario. */
export interface ScenarioOverrides {
  readonly virtualUsers?: number | undefined;
  readonly sizeBytes?: number | undefined;
  /** How long each phase that counts lasts. */
  readonly holdSeconds?: number | undefined;
  readonly seed?: number | undefined;
  readonly slowMotion?: number | undefined;
  readonly objectives?: ObjectivesFile | undefined;
  readonly maxRowsPerOperation?: number | undefined;
}

/** Twenty whole seconds for the warm-up rule (knee/warm-up.ts), and the broken ones at both ends. */
const RUNG_MIN_SECONDS = 22;

/**
 * The scenario with something changed. The rungs of a ladder are named after their users, so they follow them.
 *
 * @throws ZodError for a value outside its range; CommandError `bad_option` for a rung too short to find its warm-up,
 *   and for fewer users than rungs
 */
export function withOverrides(scenario: Scenario, overrides: ScenarioOverrides): Scenario {
  const { virtualUsers = scenario.virtualUsers, holdSeconds, objectives } = overrides;
  const {
    sizeBytes = scenario.sizeBytes,
    seed = scenario.seed,
    slowMotion = scenario.slowMotion,
  } = overrides;
  if (isLadder(scenario) && holdSeconds !== undefined && holdSeconds < RUNG_MIN_SECONDS)
    throw badOption(
      'hold',
      `a rung of a ladder takes at least ${RUNG_MIN_SECONDS} s, and ${holdSeconds} were given`,
    );
  if (isLadder(scenario) && virtualUsers < RUNGS)
    throw badOption(
      'users',
      `a ladder has ${RUNGS} rungs, each with more users than the one below, and ${virtualUsers} cannot climb them; ` +
        `ask for at least ${RUNGS}`,
    );
  const phases = isLadder(scenario) ? ladder(virtualUsers, holdSeconds) : scenario.phases;
  return Scenario.parse({
    ...scenario,
    virtualUsers,
    // Who asks for a number of users asks whether so many can work.
    peopleAtWork: isLadder(scenario) ? (overrides.virtualUsers ?? scenario.peopleAtWork) : undefined,
    sizeBytes,
    seed,
    slowMotion,
    phases: phases.map((phase) =>
      phase.counts && holdSeconds !== undefined ? { ...phase, seconds: holdSeconds } : phase,
    ),
    objectives: { ...scenario.objectives, ...objectives?.operations },
    totalObjective: objectives?.total ?? scenario.totalObjective,
    failureBudget: objectives?.failureBudget ?? scenario.failureBudget,
    longestStallMs: objectives?.longestStallMs ?? scenario.longestStallMs,
    maxRowsPerOperation: overrides.maxRowsPerOperation,
    minimumSamples: objectives?.minimumSamples ?? scenario.minimumSamples,
  });
}
