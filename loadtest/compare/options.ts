import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Behaviour, SystemChoice } from '../../reference-worker/target/index.ts';
import { readReplicationFlag, systemFlags, topologyNamed } from '../../reference-worker/target/index.ts';
import {
  badField,
  badOption,
  decimal,
  fromCaller,
  type Invocation,
  readOptions,
  wholeNumber,
} from '../../reports/command/index.ts';
import { formatPercent } from '../../reports/document/index.ts';
import { pairsNeeded } from '../../reports/statistics/index.ts';
import { realTimeBehaviour, sizeFlag } from '../flags.ts';
import { offeredPerSecond, type Scenario, scenarioOf, USERS_MAX, withOverrides } from '../scenarios/index.ts';
import type { LoadSubject } from '../system.ts';
import { judgementsOf } from './comparisons.ts';
import { NEIGHBOUR_FACTOR_MAX } from './decision.ts';
import { BUDGET_USD, EFFECT, NEIGHBOUR_NAMES } from './defaults.ts';
import { assertSuits, neighbours } from './neighbours/index.ts';
import { blockShape } from './scenario.ts';
import {
  controlTreatments,
  placementTreatments,
  type TreatmentPlan,
  workerTreatments,
} from './treatments.ts';

/** Blocks are run. */
export interface ExperimentChoice {
  /** What --system and --config were given. */
  readonly systemGiven: SystemChoice;
  readonly treatments: readonly TreatmentPlan[];
  /** Whether it is the shared placement against itself. */
  readonly control: boolean;
  /** What --entry was given: the Worker from another source file is held against the Worker as it is. */
  readonly entry: string | undefined;
  readonly neighbour: (typeof NEIGHBOUR_NAMES)[number];
  readonly scenario: Scenario;
  readonly behaviour: Behaviour;
  /** What --latency was given. */
  readonly behaviourGiven: string;
  /** Blocks of each treatment. */
  readonly pairs: number;
  /** What so few blocks cannot tell, in words; undefined where they are enough. */
  readonly leavesOpen: string | undefined;
  /** The change of a figure to be seen, and within which two are alike, as a share. */
  readonly effect: number;
  /** What the dedicated placement may cost more, in a month. */
  readonly budgetUsd: number;
}

/** Two stored runs are read. */
export interface StoredChoice {
  /** The names of folders below reports/runs. */
  readonly baseline: string;
  readonly candidate: string;
}

/** Assumption, from pairs of blocks on two busy cores: how much chance moves the ratio of two p99s, as a logarithm. */
const SPREAD = 0.1;
const POWER = 0.8;

const ExperimentFlags = z.strictObject({
  ...systemFlags,
  control: z.literal(true).optional(),
  entry: z.string().min(1).optional(),
  neighbour: z.enum(NEIGHBOUR_NAMES).default('tenants'),
  users: wholeNumber(1, USERS_MAX).optional(),
  size: sizeFlag.optional(),
  hold: wholeNumber(5, 600).optional(),
  seed: wholeNumber().optional(),
  latency: z.string().default('uk-eu'),
  readReplication: readReplicationFlag,
  effect: decimal(0.02, 5).default(EFFECT),
  pairs: wholeNumber(2, 200)
    .refine((pairs) => pairs % 2 === 0, 'must be even, so that each round has its reversal')
    .optional(),
  budget: decimal().default(BUDGET_USD),
});

type Flags = z.infer<typeof ExperimentFlags>;

const RunName = z
  .string('is missing: two stored runs are compared')
  .min(1, 'must name a folder below reports/runs');
const StoredFlags = z.strictObject({ baseline: RunName, candidate: RunName });

/** Reads which runs `shardproof compare` was given; undefined where blocks are to be run. @throws CommandError `bad_option` */
export function readStoredChoice({
  baseline,
  candidate,
  ...others
}: Invocation['given']): StoredChoice | undefined {
  if (baseline === undefined && candidate === undefined) return undefined;
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw badOption(other, 'two stored runs take --baseline and --candidate, and nothing else');
  return readOptions(StoredFlags, { baseline, candidate });
}

/**
 * Reads what `shardproof compare` is to run.
 *
 * @throws CommandError `bad_option`; SystemError for a system that has too few placements; FixtureError `bad_size`; PlatformError
 *   `bad_behaviour`; ReportError `too_noisy`
 */
export function readExperimentChoice(
  given: Invocation['given'],
  { system, placements }: LoadSubject,
): ExperimentChoice {
  const flags = readOptions(ExperimentFlags, given);
  const control = flags.control ?? false;
  const entry = entryAsked(flags);
  const treatments = treatmentsAsked(flags, { system, placements });
  // The account's own shard is in the placement that is its own, where there is one.
  const topology = topologyNamed(placements, 'dedicated' in placements.topologies ? 'dedicated' : 'shared');
  const behaviour = realTimeBehaviour(
    flags.latency,
    flags.readReplication,
    placements.aims(topology, placements.kvCache === 'always'),
  );
  const scenario = blockScenario(flags, system);
  assertTailIsSeen(scenario);
  return {
    systemGiven: { system: flags.system, config: flags.config },
    treatments,
    control,
    entry,
    neighbour: flags.neighbour,
    scenario,
    behaviour,
    behaviourGiven: flags.latency,
    ...pairsOf(flags, treatments.length),
    effect: flags.effect,
    budgetUsd: flags.budget,
  };
}

/** @throws CommandError `bad_option` for a file that is not there, and beside what compares placements */
function entryAsked({ entry, control }: Flags): string | undefined {
  if (entry === undefined) return undefined;
  if (control)
    throw badOption('control', 'compares a placement with itself, and --entry two Workers; give one of them');
  const file = fromCaller(entry);
  if (!existsSync(file)) throw badOption('entry', `there is no file ${file}`);
  return entry;
}

/** @throws SystemError for a system that has too few placements, or nothing for the neighbour to do */
function treatmentsAsked(
  { control, entry, neighbour }: Flags,
  { system, placements }: Pick<LoadSubject, 'system' | 'placements'>,
): TreatmentPlan[] {
  if (control) return controlTreatments(placements);
  if (entry !== undefined) return workerTreatments(fromCaller(entry), placements);
  assertSuits(system, neighbour, neighbours[neighbour].needs);
  return placementTreatments(neighbours[neighbour], placements);
}

/** Ten requests beyond the p99: of fewer, one more or less moves it by as much as a neighbour would. */
const REQUESTS_MIN = 1_000;

/** @throws CommandError `bad_option` for blocks too short, or users too few, for a p99 */
export function assertTailIsSeen(scenario: Scenario): void {
  const perSecond = offeredPerSecond(scenario);
  const holdSeconds = scenario.phases.reduce((sum, { counts, seconds }) => sum + (counts ? seconds : 0), 0);
  const requests = Math.round(perSecond * holdSeconds);
  if (requests >= REQUESTS_MIN) return;
  const wanted = Math.ceil(REQUESTS_MIN / perSecond);
  const users = Math.ceil((scenario.virtualUsers * REQUESTS_MIN) / requests);
  throw badOption(
    'hold',
    `${scenario.virtualUsers} users make ${requests} requests in ${holdSeconds} s, and a p99 takes ${REQUESTS_MIN} in each block; ` +
      `ask for ${wanted <= 600 ? `--hold ${wanted} or ` : ''}--users ${users}`,
  );
}

/**
 * Fewer than it takes are run all the same: two blocks show in minutes that all of it works, and judge every answer. What they leave
 * open is INCONCLUSIVE.
 *
 * @throws ReportError `too_noisy`
 */
export function pairsOf(
  { pairs, effect, control }: Pick<Flags, 'pairs' | 'effect' | 'control'>,
  treatments: number,
): Pick<ExperimentChoice, 'pairs' | 'leavesOpen'> {
  const comparisons = judgementsOf(treatments);
  const needed = (least: number): number =>
    pairsNeeded({ spread: SPREAD, effect: least, power: POWER, comparisons });
  if (pairs === undefined) return { pairs: needed(effect), leavesOpen: undefined };
  // A control looks for no difference at all, a decision for a factor.
  const least = needed(control ? effect : NEIGHBOUR_FACTOR_MAX - 1);
  if (pairs >= least) return { pairs, leavesOpen: undefined };
  const sought = control ? `a difference of ${formatPercent(100 * effect)}` : 'a p99 that doubles';
  return {
    pairs,
    leavesOpen:
      `${pairs} blocks of each placement leave open even ${sought}, which is INCONCLUSIVE then; it takes ${least}, all figures and ` +
      'placements judged together',
  };
}

function blockScenario({ users, size, hold, seed }: Flags, system: LoadSubject['system']): Scenario {
  try {
    return withOverrides(scenarioOf(blockShape, system), {
      virtualUsers: users,
      sizeBytes: size,
      holdSeconds: hold,
      seed,
    });
  } catch (error) {
    throw error instanceof z.ZodError ? badField(error, { virtualUsers: 'users', sizeBytes: 'size' }) : error;
  }
}
