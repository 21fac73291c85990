import { z } from 'zod';
import type { Plane } from '../reference-worker/local/index.ts';
import { topologies } from '../reference-worker/local/index.ts';
import { optionOf, programOf, wholeNumber } from '../reports/command/index.ts';
import { LoadTestError } from './errors.ts';
import { readReplicationFlag, realTimePlane, sizeFlag } from './flags.ts';
import { OPERATIONS } from './k6/plan.ts';
import {
  readObjectivesFile,
  SCENARIO_NAMES,
  type Scenario,
  scenarios,
  USERS_MAX,
  withOverrides,
} from './scenarios/index.ts';
import { SOAK_MIN_SECONDS } from './verdict/drift-signals.ts';
import { expectedLoads } from './verdict/expected-load.ts';

export interface CapacityOptions {
  readonly scenario: Scenario;
  readonly topology: 'shared' | 'dedicated';
  readonly kvCache: boolean;
  /** How D1 and KV behave. */
  readonly plane: Plane;
  /** What --plane was given, for the command that repeats the run. */
  readonly planeGiven: string;
  /** How many k6 processes share the load. */
  readonly generators: number;
  /** Whether k6's web dashboard is served on 127.0.0.1 during the run. */
  readonly dashboard: boolean;
  /** Further outputs of k6, as its --out takes them. */
  readonly k6Outputs: readonly string[];
  /** What --objectives was given, for the command that repeats the run. */
  readonly objectivesFile: string | undefined;
}

const HELP = `Examples:
  npm run capacity                                  4,000 users on a shared shard with 5 GB, about four minutes
  npm run capacity -- --scenario smoke              50 users, under 45 s, for CI
  npm run capacity -- --scenario office-day         a UK working day in eight minutes
  npm run capacity -- --scenario peak-rate          the rate of 4,000 users, whatever came back
  npm run capacity -- --scenario step               the largest load that is sustained, in ten minutes
  npm run capacity -- --scenario soak --hold 14400  four hours
  npm run capacity -- --topology dedicated --kv     on a shard and a Worker of its own, with the KV cache
  npm run capacity -- --users 1000 --size 1GB       fewer users, more documents
  npm run capacity -- --plane uk-eu                 with the network to Europe and D1's service time
  npm run capacity -- --plane uk-eu --read-replication auto
                                                    and with replicas, which lag: where yours are switched on
  npm run capacity -- --plane plane.json            as the file says, planned faults included; see npm run up -- --help
  npm run capacity -- --objectives slo.json         held to {"operations": {"open-client": {"p95Ms": 80}},
                                                    "total": {"p95Ms": 150, "p99Ms": 600}, "failureBudget": 0.01,
                                                    "longestStallMs": 1000}
  npm run capacity -- --generators 2 --dashboard    two k6 processes, and k6's web dashboard while they run
  npm run capacity -- --k6-out opentelemetry        further outputs of k6, such as experimental-prometheus-rw; several
                                                    generators number the file of json=FILE and csv=FILE

Exit codes: 0 PASS, 1 FAIL, 2 INCONCLUSIVE, 3 VOID, 4 nothing was started: usage or a missing prerequisite.`;

const Flags = z.strictObject({
  scenario: z.enum(SCENARIO_NAMES),
  topology: z.enum(['shared', 'dedicated']),
  kv: z.boolean(),
  plane: z.string(),
  readReplication: readReplicationFlag,
  users: wholeNumber(1, USERS_MAX).optional(),
  hold: wholeNumber(5, 86_400).optional(),
  seed: wholeNumber().optional(),
  size: sizeFlag.optional(),
  objectives: z.string().min(1).optional(),
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
 * Reads the command line of `npm run capacity`.
 *
 * @param argv the arguments alone, without node and the script
 * @throws CommanderError for an unknown option and for --help (its exitCode is 0 then), which has been printed;
 *   LoadTestError `bad_option`, `bad_objectives`; FixtureError `bad_size`; PlatformError `bad_plane`
 */
export function readOptions(argv: readonly string[]): CapacityOptions {
  const flags = Flags.safeParse(commandLine(argv));
  if (!flags.success) throw badOption(flags.error);
  const { topology, kv, plane: planeGiven, readReplication, generators, dashboard, k6Out } = flags.data;
  const plane = realTimePlane(planeGiven, readReplication, topologies[topology], kv);
  const scenario = scenarioOf(flags.data);
  assertConclusive(scenario);
  return {
    scenario,
    topology,
    kvCache: kv,
    plane,
    planeGiven,
    generators,
    dashboard,
    k6Outputs: k6Out,
    objectivesFile: flags.data.objectives,
  };
}

function scenarioOf({ scenario, users, hold, seed, size, objectives }: z.infer<typeof Flags>): Scenario {
  try {
    return withOverrides(scenarios[scenario], {
      virtualUsers: users,
      holdSeconds: hold,
      seed,
      sizeBytes: size,
      objectives: objectives === undefined ? undefined : readObjectivesFile(objectives),
    });
  } catch (error) {
    throw error instanceof z.ZodError ? badOption(error) : error;
  }
}

/** Of a count that varies by chance, nearly all are within so many standard deviations, each the root of the count (Poisson). */
const DEVIATIONS = 3;

/**
 * Refuses what could only end as INCONCLUSIVE, minutes later.
 *
 * @throws LoadTestError `bad_option` where an operation would be short of samples even by luck and with answers that take no time,
 *   and for a soak too short to tell drift from warming up
 */
function assertConclusive(scenario: Scenario): void {
  const { virtualUsers, minimumSamples, phases } = scenario;
  const hold = phases.find(({ counts }) => counts)?.seconds ?? 0;
  if (scenario.name === scenarios.soak.name && hold < SOAK_MIN_SECONDS)
    throw refused(
      'hold',
      `in ${hold} s drift is not told from warming up; a soak takes at least ${SOAK_MIN_SECONDS}`,
    );
  const loads = expectedLoads(scenario, 0);
  const [rarest] = OPERATIONS.map((name) => ({
    name,
    requests: Math.max(...loads.map((load) => load.get(name) ?? 0)),
  })).toSorted((a, b) => a.requests - b.requests);
  if (!rarest || rarest.requests + DEVIATIONS * Math.sqrt(rarest.requests) >= minimumSamples) return;
  const users = Math.ceil((virtualUsers * minimumSamples) / rarest.requests);
  throw refused(
    'users',
    `${virtualUsers} are too few: in ${hold} s they make about ${Math.round(rarest.requests)} requests ${rarest.name}, and it takes ` +
      `${minimumSamples} to judge them; ask for a longer --hold${users <= USERS_MAX ? ` or --users ${users}` : ''}`,
  );
}

function commandLine(argv: readonly string[]): unknown {
  return programOf({
    name: 'capacity',
    does: 'Seeds an account, drives virtual users against the local platform, verifies every body, decides.',
    help: HELP,
  })
    .option('--scenario <name>', SCENARIO_NAMES.join(', '), 'steady')
    .option('--users <number>', 'virtual users at once, 1 to 20000')
    .option('--size <size>', 'size of the account, as in 256MB or 5GB')
    .option('--hold <seconds>', 'how long each phase that counts lasts, from 5')
    .option('--seed <number>', 'same seed, same documents and same decisions of the users')
    .option('--topology <name>', 'shared or dedicated', 'shared')
    .option('--kv', 'bind the KV read cache', false)
    .option(
      '--plane <name|file>',
      'how D1 and KV behave: instant, uk-eu, pessimistic or a JSON file',
      'instant',
    )
    .option(
      '--read-replication <mode>',
      'disabled: every query runs at the primary, as for a database that is created; auto: replicas serve sessions too',
    )
    .option('--objectives <file>', 'a JSON file with other objectives than the scenario has')
    .option('--generators <number>', 'k6 processes that share the load, 1 to 16', '1')
    .option('--dashboard', "serve k6's web dashboard on 127.0.0.1 during the run", false)
    .option('--k6-out <output>', 'a further output of k6, as its --out takes it; may be repeated', append, [])
    .parse([...argv], { from: 'user' })
    .opts();
}

const append = (value: string, values: readonly string[]): string[] => [...values, value];

/** The option that sets a field of a scenario by another name. */
const OPTION_FOR: Readonly<Record<string, string>> = { virtualUsers: 'users', sizeBytes: 'size' };

function badOption({ issues: [issue] }: z.ZodError): LoadTestError {
  const field = String(issue?.path[0] ?? 'options');
  return refused(OPTION_FOR[field] ?? optionOf(field), issue?.message ?? 'not valid');
}

const refused = (option: string, wrong: string): LoadTestError =>
  new LoadTestError('bad_option', `--${option}: ${wrong}. See npm run capacity -- --help.`);
