import { Command } from 'commander';
import { z } from 'zod';
import { parseSize } from '../fixtures/size.ts';
import type { Plane } from '../reference-worker/local/data-plane/plane.ts';
import { aimsOf, readPlane } from '../reference-worker/local/plane-file.ts';
import { topologies } from '../reference-worker/local/topology.ts';
import { LoadTestError } from './errors.ts';
import { Profile, profiles } from './profiles.ts';

export interface CapacityOptions {
  readonly profile: Profile;
  readonly topology: 'shared' | 'dedicated';
  readonly kvCache: boolean;
  /** How D1 and KV behave. */
  readonly plane: Plane;
  /** What --plane was given, for the command that repeats the run. */
  readonly planeGiven: string;
}

const EXAMPLES = `
Examples:
  npm run capacity                                  4,000 users on a shared shard with 5 GB, about four minutes
  npm run capacity -- --profile smoke               50 users, under 45 s, for CI
  npm run capacity -- --topology dedicated --kv     on a shard and a Worker of its own, with the KV cache
  npm run capacity -- --users 1000 --size 1GB       fewer users, more documents
  npm run capacity -- --plane uk-eu                 with the network to Europe, D1's service time and replicas that lag
  npm run capacity -- --plane plane.json            as the file says, planned faults included; see npm run up -- --help

Exit codes: 0 PASS, 1 FAIL, 2 INCONCLUSIVE, 3 VOID, 4 nothing was started: usage or a missing prerequisite.`;

const wholeNumber = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);

const Flags = z.strictObject({
  profile: z.enum(['default', 'smoke']),
  topology: z.enum(['shared', 'dedicated']),
  kv: z.boolean(),
  plane: z.string(),
  users: wholeNumber.optional(),
  hold: wholeNumber.optional(),
  seed: wholeNumber.optional(),
  size: z.string().transform(parseSize).optional(),
});

/**
 * Reads the command line of `npm run capacity`.
 *
 * @param argv the arguments alone, without node and the script
 * @throws CommanderError for an unknown option and for --help (its exitCode is 0 then), which has been printed;
 *   LoadTestError `bad_option`; FixtureError `bad_size`; PlatformError `bad_plane`
 */
export function readOptions(argv: readonly string[]): CapacityOptions {
  const flags = Flags.safeParse(commandLine(argv));
  if (!flags.success) throw badOption(flags.error);
  const { profile: name, topology, kv, plane: planeGiven, users, hold, seed, size } = flags.data;
  const profile = Profile.safeParse({
    ...profiles[name],
    ...(users !== undefined && { virtualUsers: users }),
    ...(hold !== undefined && { holdSeconds: hold }),
    ...(seed !== undefined && { seed }),
    ...(size !== undefined && { sizeBytes: size }),
  });
  if (!profile.success) throw badOption(profile.error);
  const plane = readPlane(planeGiven, aimsOf(topologies[topology], kv));
  if (plane.clock === 'virtual')
    throw new LoadTestError(
      'bad_option',
      `--plane: ${planeGiven} has a virtual clock, and a load test runs in real time; leave out its "clock".`,
    );
  return { profile: profile.data, topology, kvCache: kv, plane, planeGiven };
}

function commandLine(argv: readonly string[]): unknown {
  return new Command('capacity')
    .description(
      'Seeds an account, drives virtual users against the local platform, verifies every body, decides.',
    )
    .option('--profile <name>', 'default or smoke', 'default')
    .option('--users <number>', 'virtual users at once, 1 to 20000')
    .option('--size <size>', 'size of the account, as in 256MB or 5GB')
    .option('--hold <seconds>', 'how long the full number of users works, from 5')
    .option('--seed <number>', 'same seed, same documents and same decisions of the users')
    .option('--topology <name>', 'shared or dedicated', 'shared')
    .option('--kv', 'bind the KV read cache', false)
    .option(
      '--plane <name|file>',
      'how D1 and KV behave: instant, uk-eu, pessimistic or a JSON file',
      'instant',
    )
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('See npm run capacity -- --help.')
    .allowExcessArguments(false)
    .exitOverride()
    .parse([...argv], { from: 'user' })
    .opts();
}

/** The option that sets each field of a profile which an option can set. */
const OPTION_OF: Readonly<Record<string, string>> = {
  virtualUsers: 'users',
  holdSeconds: 'hold',
  sizeBytes: 'size',
};

function badOption({ issues: [issue] }: z.ZodError): LoadTestError {
  const field = String(issue?.path[0] ?? 'options');
  const message = `--${OPTION_OF[field] ?? field}: ${issue?.message ?? 'not valid'}`;
  return new LoadTestError('bad_option', `${message}. See npm run capacity -- --help.`);
}
