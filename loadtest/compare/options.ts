import { z } from 'zod';
import type { Plane } from '../../reference-worker/local/index.ts';
import { topologies } from '../../reference-worker/local/index.ts';
import { decimal, optionOf, programOf, wholeNumber } from '../../reports/command/index.ts';
import { formatPercent } from '../../reports/format.ts';
import { pairsNeeded } from '../../reports/statistics/index.ts';
import { LoadTestError } from '../errors.ts';
import { readReplicationFlag, realTimePlane, sizeFlag } from '../flags.ts';
import { offeredPerSecond, type Scenario, USERS_MAX, withOverrides } from '../scenarios/index.ts';
import { judgementsOf } from './comparisons.ts';
import { NEIGHBOUR_FACTOR_MAX } from './decision.ts';
import { NEIGHBOUR_NAMES } from './neighbours/index.ts';
import { blockScenario } from './scenario.ts';

/** Blocks are run. */
export interface ExperimentChoice {
  readonly kind: 'experiment';
  /** Whether it is the shared placement against itself. */
  readonly control: boolean;
  readonly neighbour: (typeof NEIGHBOUR_NAMES)[number];
  readonly scenario: Scenario;
  readonly plane: Plane;
  /** What --plane was given. */
  readonly planeGiven: string;
  /** Blocks of each arm. */
  readonly pairs: number;
  /** The change of a figure to be seen, and within which two are alike, as a share. */
  readonly effect: number;
  /** What the dedicated placement may cost more, in a month. */
  readonly budgetUsd: number;
}

/** Two stored runs are read. */
export interface StoredChoice {
  readonly kind: 'stored';
  /** The names of folders below reports/runs. */
  readonly baseline: string;
  readonly candidate: string;
}

/** Assumption, from pairs of blocks on two busy cores: how much chance moves the ratio of two p99s, as a logarithm. */
const SPREAD = 0.1;
/** A neighbour that matters doubles a p99; a fifth is seen with ten pairs, all figures and placements judged together. */
const EFFECT = 0.2;
const POWER = 0.8;
/** Assumption: what a firm with hundreds of users pays for it without asking. */
const BUDGET_USD = 50;

const HELP = `Examples:
  npm run compare                               shared, shared beside the tenants at work, dedicated; some 20 minutes
  npm run compare -- --neighbour write-storm    beside a neighbour that saturates any primary
  npm run compare -- --size 2GB --users 300     more documents, more users
  npm run compare -- --budget 0                 move only where it costs nothing more
  npm run compare -- --control                  the shared placement against itself: it must find no difference
  npm run compare -- --baseline 2026-11-21T120000000Z-steady --candidate 2026-11-21T130000000Z-steady
                                                two stored capacity runs; exit code 1 when the second is slower

Exit codes: 0 the comparison is sound and decides (or no regression), 1 a guarantee was broken, or a regression,
2 INCONCLUSIVE: too little was seen to decide, 3 VOID, 4 nothing was started or the runs cannot be compared. What the
decision is has no exit code.`;

const ExperimentFlags = z.strictObject({
  control: z.literal(true).optional(),
  neighbour: z.enum(NEIGHBOUR_NAMES).default('tenants'),
  users: wholeNumber(1, USERS_MAX).optional(),
  size: sizeFlag.optional(),
  hold: wholeNumber(5, 600).optional(),
  seed: wholeNumber().optional(),
  plane: z.string().default('uk-eu'),
  readReplication: readReplicationFlag,
  effect: decimal(0.02, 5).default(EFFECT),
  pairs: wholeNumber(2, 200)
    .refine((pairs) => pairs % 2 === 0, 'must be even, so that each round has its reversal')
    .optional(),
  budget: decimal().default(BUDGET_USD),
});

const RunName = z
  .string('is missing: two stored runs are compared')
  .min(1, 'must name a folder below reports/runs');
const StoredFlags = z.strictObject({ baseline: RunName, candidate: RunName });

/**
 * Reads the command line of `npm run compare`.
 *
 * @param argv the arguments alone, without node and the script
 * @throws CommanderError for an unknown option and for --help (its exitCode is 0 then), which has been printed;
 *   LoadTestError `bad_option`; FixtureError `bad_size`; PlatformError `bad_plane`; ReportError `too-noisy`
 */
export function readCompareOptions(argv: readonly string[]): ExperimentChoice | StoredChoice {
  const given = commandLine(argv);
  if ('baseline' in given || 'candidate' in given)
    return {
      kind: 'stored',
      ...checked(StoredFlags, given, 'two stored runs take --baseline and --candidate, and nothing else'),
    };
  const flags = checked(ExperimentFlags, given, 'not valid');
  const plane = realTimePlane(flags.plane, flags.readReplication, topologies.dedicated, false);
  const control = flags.control ?? false;
  const scenario = scenarioOf(flags);
  assertTailIsSeen(scenario);
  return {
    kind: 'experiment',
    control,
    neighbour: flags.neighbour,
    scenario,
    plane,
    planeGiven: flags.plane,
    pairs: pairsOf(flags, control),
    effect: flags.effect,
    budgetUsd: flags.budget,
  };
}

/** Ten requests beyond the p99: of fewer, one more or less moves it by as much as a neighbour would. */
const REQUESTS_MIN = 1_000;

/** @throws LoadTestError `bad_option` for blocks too short, or users too few, for a p99 */
function assertTailIsSeen(scenario: Scenario): void {
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
 * @throws LoadTestError `bad_option` for too few pairs to tell anything at the spread that is assumed; ReportError `too-noisy`
 */
function pairsOf({ pairs, effect }: z.infer<typeof ExperimentFlags>, control: boolean): number {
  const comparisons = judgementsOf(control ? 2 : 3);
  const needed = (least: number): number =>
    pairsNeeded({ spread: SPREAD, effect: least, power: POWER, comparisons });
  if (pairs === undefined) return needed(effect);
  // A control looks for no difference at all, a decision for a factor.
  const least = needed(control ? effect : NEIGHBOUR_FACTOR_MAX - 1);
  if (pairs >= least) return pairs;
  const sought = control ? `a difference of ${formatPercent(100 * effect)}` : 'a p99 that doubles';
  throw badOption(
    'pairs',
    `${pairs} blocks of each placement would leave open even ${sought}; it takes ${least}, all figures and placements judged together`,
  );
}

function scenarioOf({ users, size, hold, seed }: z.infer<typeof ExperimentFlags>): Scenario {
  try {
    return withOverrides(blockScenario, {
      virtualUsers: users,
      sizeBytes: size,
      holdSeconds: hold,
      seed,
    });
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    throw badOption('users', issue?.message ?? 'not valid');
  }
}

function checked<Schema extends z.ZodType>(
  schema: Schema,
  given: object,
  otherwise: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') throw badOption(optionOf(issue.keys[0]), otherwise);
  throw badOption(optionOf(issue?.path[0]), issue?.message ?? otherwise);
}

const badOption = (option: string, wrong: string): LoadTestError =>
  new LoadTestError('bad_option', `--${option}: ${wrong}. See npm run compare -- --help.`);

/** Without defaults: only what was given, so that what does not belong together is seen. */
function commandLine(argv: readonly string[]): object {
  return programOf({
    name: 'compare',
    does:
      'Runs the same account and load on a shared shard, beside a noisy neighbour, and on a Worker and D1 of its own, in ' +
      'interleaved blocks, and decides where it belongs; or compares two stored capacity runs.',
    help: HELP,
  })
    .option('--neighbour <name>', `${NEIGHBOUR_NAMES.join(', ')} (default: tenants)`)
    .option('--users <number>', `virtual users at once (default: ${blockScenario.virtualUsers})`)
    .option('--size <size>', 'size of the account, as in 256MB or 5GB (default: 256MB)')
    .option('--hold <seconds>', 'how long each block counts, 5 to 600 (default: 20)')
    .option('--seed <number>', 'same seed, same documents and same decisions of the users')
    .option(
      '--plane <name|file>',
      'how D1 behaves: instant, uk-eu, pessimistic or a JSON file (default: uk-eu)',
    )
    .option(
      '--read-replication <mode>',
      'disabled: every query runs at the primary, as for a database that is created; auto: replicas serve sessions too',
    )
    .option(
      '--effect <share>',
      `the change of a figure to be seen in 8 of 10 comparisons; under it two are alike (default: ${EFFECT})`,
    )
    .option('--pairs <number>', 'blocks of each arm, even (default: as many as --effect needs)')
    .option('--budget <usd>', `what a dedicated placement may cost more a month (default: ${BUDGET_USD})`)
    .option('--control', 'compare the shared placement with itself')
    .option('--baseline <run>', 'a stored capacity run, by its folder below reports/runs')
    .option('--candidate <run>', 'the stored capacity run that is held against it')
    .parse([...argv], { from: 'user' })
    .opts();
}
