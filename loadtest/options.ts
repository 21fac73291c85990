import { z } from 'zod';
import type { Behaviour, SystemChoice, Topology } from '../reference-worker/target/index.ts';
import { kvCacheOf, platformFlags, systemFlags, topologyNamed } from '../reference-worker/target/index.ts';
import { badField, badOption, readOptions, wholeNumber } from '../reports/command/index.ts';
import type { ExchangeRate } from '../reports/schema/index.ts';
import { realTimeBehaviour, sizeFlag } from './flags.ts';
import { readExchangeRate } from './headroom/index.ts';
import { visitedBy } from './journey/index.ts';
import { withManyAccounts } from './many-accounts.ts';
import type { TenantBeside } from './measure.ts';
import { assertPredictable } from './prediction/index.ts';
import {
  operationsIn,
  readObjectivesFile,
  SCENARIO_NAMES,
  type Scenario,
  SLOW_MOTION_MAX,
  scenarioOf,
  shapes,
  USERS_MAX,
  withOverrides,
} from './scenarios/index.ts';
import { assertSlowable } from './slow-motion.ts';
import type { LoadSubject } from './system.ts';
import { chosenTenants, type PlacedTenant, scenarioOfTenant, type TenantsChoice } from './tenants/index.ts';
import { expectedLoads, SOAK_MIN_SECONDS } from './verdict/index.ts';

export interface CapacityOptions {
  /** Of the account under test. */
  readonly scenario: Scenario;
  readonly topology: Topology;
  readonly kvCache: boolean;
  /** How D1 and KV behave. */
  readonly behaviour: Behaviour;
  /** What --latency was given, for the command that repeats the run. */
  readonly behaviourGiven: string;
  /** How many k6 processes share the load. */
  readonly generators: number;
  /** Whether k6's web dashboard is served on 127.0.0.1 during the run. */
  readonly dashboard: boolean;
  /** Further outputs of k6, as its --out takes them. */
  readonly k6Outputs: readonly string[];
  /** What --system and --config were given, for the command that repeats the run. */
  readonly systemGiven: SystemChoice;
  /** What --objectives was given, for the command that repeats the run. */
  readonly objectivesFile: string | undefined;
  /** What --rate was given, and says; undefined: bills are in dollars alone. */
  readonly rate: { readonly file: string; readonly rate: ExchangeRate } | undefined;
  /** The stored run that this one is held against, and whether a regression decides; undefined: none. */
  readonly baseline: { readonly name: string; readonly isGate: boolean } | undefined;
  /** Whether the queue model says beside each phase what was to be expected. */
  readonly predicts: boolean;
  /** Who is where, and whose capacity is asked for; undefined: the account under test among idle ones. */
  readonly tenants: LoadedTenants | undefined;
}

export interface LoadedTenants extends TenantsChoice {
  /** Those at work beside the one under test. */
  readonly others: readonly TenantBeside[];
}

const Flags = z.strictObject({
  ...systemFlags,
  ...platformFlags,
  scenario: z.enum(SCENARIO_NAMES),
  topology: z.string().optional(),
  users: wholeNumber(1, USERS_MAX).optional(),
  hold: wholeNumber(5, 86_400).optional(),
  slowMotion: wholeNumber(1, SLOW_MOTION_MAX).optional(),
  seed: wholeNumber().optional(),
  size: sizeFlag.optional(),
  objectives: z.string().min(1).optional(),
  rate: z.string().min(1).optional(),
  maxRowsPerOperation: wholeNumber(1, 1_000_000_000).optional(),
  baseline: z.string().min(1).optional(),
  failOn: z.literal('regression').optional(),
  predict: z.boolean(),
  tenants: z.string().min(1).optional(),
  whatIf: z.array(z.string()),
  generators: wholeNumber(1, 16),
  dashboard: z.boolean(),
  k6Out: z.array(
    z
      .string()
      .min(1, 'must name an output of k6')
      // Without a file k6 writes to its standard output, where the run reads its own samples: each would count twice.
      .refine((output) => !/^(?:json|csv)(?:=-?)?$/.test(output), {
        error:
          'must name a file, as in json=samples.json: the standard output of k6 is what the run itself reads',
      }),
  ),
});

/**
 * Reads the options of `shardproof capacity`.
 *
 * @throws CommandError `bad_option`; LoadTestError `bad_objectives`, `bad_rate`, `bad_tenants`; FixtureError `bad_size`; PlatformError `bad_behaviour`
 */
export function readCapacityOptions(given: unknown, { system, placements }: LoadSubject): CapacityOptions {
  const flags = readOptions(Flags, given);
  const { latency: behaviourGiven, readReplication, generators, dashboard, k6Out } = flags;
  const kvCache = kvCacheOf(placements, flags.kv);
  const choice = tenantsAsked(flags, placements);
  const asked = scenarioAsked(flags, system);
  const named = choice?.topology ?? topologyNamed(placements, flags.topology);
  const topology = asked.accounts
    ? withManyAccounts(named, placements.underTest, asked.accounts.count)
    : named;
  const behaviour = realTimeBehaviour(behaviourGiven, readReplication, placements.aims(topology, kvCache));
  const tenants = choice && { ...choice, others: othersOf(choice, asked) };
  const underTest = choice?.tenants.find(({ id }) => id === choice.underTest);
  const scenario = underTest ? tenantScenario(asked, underTest) : asked;
  assertVisited(asked, system, flags);
  assertSlowable(scenario, behaviour, kvCache);
  if (!underTest) assertConclusive(scenario);
  if (flags.predict) assertPredictable(scenario, behaviour, kvCache);
  return {
    scenario,
    topology,
    kvCache,
    behaviour,
    behaviourGiven,
    generators,
    dashboard,
    k6Outputs: k6Out,
    systemGiven: { system: flags.system, config: flags.config },
    objectivesFile: flags.objectives,
    rate: flags.rate === undefined ? undefined : { file: flags.rate, rate: readExchangeRate(flags.rate) },
    baseline: baselineAsked(flags),
    predicts: flags.predict,
    tenants,
  };
}

function baselineAsked({ baseline, failOn }: z.infer<typeof Flags>): CapacityOptions['baseline'] {
  if (baseline !== undefined) return { name: baseline, isGate: failOn !== undefined };
  if (failOn !== undefined)
    throw badOption('fail-on', 'it judges a run by an earlier one; give --baseline as well');
  return undefined;
}

function tenantsAsked(
  { tenants, whatIf, users, size, topology }: z.infer<typeof Flags>,
  placements: LoadSubject['placements'],
): TenantsChoice | undefined {
  if (tenants === undefined) {
    if (whatIf.length > 0) throw badOption('what-if', 'it moves a tenant of a file; give --tenants as well');
    return undefined;
  }
  const [other] = Object.entries({ users, size, topology }).filter(([, given]) => given !== undefined);
  if (other) throw badOption(other[0], 'the tenants file says it; leave one of the two out');
  return chosenTenants(tenants, whatIf, placements);
}

const othersOf = ({ tenants, underTest }: TenantsChoice, scenario: Scenario): TenantBeside[] =>
  tenants
    .filter(({ id, atWork }) => id !== underTest && atWork > 0)
    .map((tenant) => ({
      account: tenant.id,
      name: tenant.name,
      isJudged: tenant.isMeasured,
      scenario: tenantScenario(scenario, tenant),
    }));

/** @throws CommandError `bad_option` where too few people are at work to judge them, or more than can be driven */
function tenantScenario(scenario: Scenario, tenant: PlacedTenant): Scenario {
  const own = scenarioOfTenant(scenario, tenant);
  if (own.virtualUsers > USERS_MAX)
    throw badOption(
      'tenants',
      `${tenant.name} has ${own.virtualUsers} at work, and one machine drives ${USERS_MAX} at most`,
    );
  if (tenant.isMeasured) assertConclusive(own, tenant.name);
  return own;
}

function scenarioAsked(
  { scenario, users, hold, slowMotion, seed, size, objectives, maxRowsPerOperation }: z.infer<typeof Flags>,
  system: LoadSubject['system'],
): Scenario {
  try {
    return withOverrides(scenarioOf(shapes[scenario], system), {
      virtualUsers: users,
      holdSeconds: hold,
      slowMotion,
      seed,
      sizeBytes: size,
      maxRowsPerOperation,
      objectives:
        objectives === undefined
          ? undefined
          : readObjectivesFile(objectives, Object.keys(system.objectives.operations)),
    });
  } catch (error) {
    throw error instanceof z.ZodError ? badField(error, OPTION_FOR) : error;
  }
}

/** @throws CommandError `bad_option` for visitors of what nobody visits, and for what they decide themselves */
function assertVisited(
  { accounts, name }: Scenario,
  system: LoadSubject['system'],
  flags: z.infer<typeof Flags>,
) {
  if (!accounts) return;
  if (!visitedBy(system))
    throw badOption(
      'scenario',
      `${name} is of visitors, and ${system.name} has none: its journey does no "view"`,
    );
  const [other] =
    Object.entries({ size: flags.size, tenants: flags.tenants }).find(([, given]) => given) ?? [];
  if (other) throw badOption(other, `${name} says itself which accounts there are; leave one of the two out`);
}

/** Of a count that varies by chance, nearly all are within so many standard deviations, each the root of the count (Poisson). */
const DEVIATIONS = 3;

/**
 * Refuses what could only end as INCONCLUSIVE, minutes later.
 *
 * @throws CommandError `bad_option` where an operation would be short of samples even by luck and with answers that take no time,
 *   and for a soak too short to tell drift from warming up
 */
function assertConclusive(scenario: Scenario, tenant?: string): void {
  const { virtualUsers, minimumSamples, phases } = scenario;
  const hold = phases.find(({ counts }) => counts)?.seconds ?? 0;
  if (scenario.name === shapes.soak.name && hold < SOAK_MIN_SECONDS)
    throw badOption(
      'hold',
      `in ${hold} s drift is not told from warming up; a soak takes at least ${SOAK_MIN_SECONDS}`,
    );
  const loads = expectedLoads(scenario, 0);
  const [rarest] = operationsIn(scenario)
    .map(({ name }) => ({
      name,
      requests: Math.max(...loads.map((load) => load.get(name) ?? 0)),
    }))
    .toSorted((a, b) => a.requests - b.requests);
  if (!rarest || rarest.requests + DEVIATIONS * Math.sqrt(rarest.requests) >= minimumSamples) return;
  const users = Math.ceil((virtualUsers * minimumSamples) / rarest.requests);
  const tooFew =
    `${virtualUsers} are too few: in ${hold} s they make about ${Math.round(rarest.requests)} requests ${rarest.name}, and it takes ` +
    `${minimumSamples} to judge them; ask for a longer --hold`;
  if (tenant !== undefined) throw badOption('tenants', `${tenant}: ${tooFew}, or more people at work`);
  throw badOption('users', `${tooFew}${users <= USERS_MAX ? ` or --users ${users}` : ''}`);
}

/** The option that sets a field of a scenario by another name. */
const OPTION_FOR: Readonly<Record<string, string>> = { virtualUsers: 'users', sizeBytes: 'size' };
