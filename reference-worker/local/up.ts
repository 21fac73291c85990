import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { type Plane, ReadReplication } from './data-plane/plane.ts';
import { PlatformError } from './errors.ts';
import { aimsOf, readPlane } from './plane-file.ts';
import { type Platform, startPlatform } from './platform.ts';
import { mintToken } from './token.ts';
import { deploymentOf, POPS, topologies } from './topology.ts';
import { describeUse } from './worker-use.ts';

const USAGE_EXIT_CODE = 4;
const ACCOUNT = 'acme';
const TOKEN_TTL_SECONDS = 24 * 60 * 60;

const Options = z.strictObject({
  topology: z.enum(['shared', 'dedicated']),
  kv: z.boolean(),
  plane: z.string(),
  readReplication: ReadReplication.optional(),
  port: z.coerce.number('must be a number').int().min(1024).max(65_000).optional(),
  state: z.string().min(1).optional(),
});
type Options = z.infer<typeof Options>;

const EXAMPLES = `
Examples:
  npm run up                                  every account on one shared shard
  npm run up -- --topology dedicated --kv     acme on a shard and a Worker of its own, with the KV cache
  npm run up -- --port 8787                   fixed ports: 8787 is LHR, 8788 MAN, 8789 EDI
  npm run up -- --plane uk-eu                 UK PoPs, and a D1 in western Europe
  npm run up -- --plane uk-eu --read-replication auto
                                              the same with replicas, which lag
  npm run up -- --plane plane.json            as the file says, for example

  { "latency": "pessimistic", "clock": "virtual", "foreignBookmarks": "refuse",
    "faults": [{ "id": "lost", "kind": "connection-lost", "access": "read", "when": "before", "share": 0.01 }] }

A virtual clock stands still: a request that needs time to pass waits until it is stepped.`;

function readOptions(argv: readonly string[]): Options {
  const command = new Command('up')
    .description('Starts a topology on this machine and leaves it running until Ctrl-C.')
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
    .option('--port <number>', 'first of consecutive ports, one for each deployment and PoP')
    .option('--state <folder>', 'where databases and logs are kept (default: where capacity keeps them)')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .parse(argv);
  return Options.parse(command.opts());
}

async function describe(
  platform: Platform,
  topology: Options['topology'],
  plane: Plane,
  jwtSecret: string,
): Promise<string> {
  const rows = platform.deployments.flatMap(({ name, urls }) =>
    POPS.map((pop) => `  ${name}  ${pop}  ${urls[pop]}`),
  );
  const token = await mintToken({
    secret: jwtSecret,
    account: ACCOUNT,
    user: 'us-00001',
    ttlSeconds: TOKEN_TTL_SECONDS,
  });
  const home = deploymentOf(topologies[topology], ACCOUNT);
  const url = platform.deployments.find(({ name }) => name === home)?.urls.LHR ?? '';
  return `${rows.join('\n')}
  data plane  ${platform.plane.url}  (${plane.latency.name}, read replication ${plane.readReplication}, ${plane.clock} clock, planned faults: ${plane.faults.length})

Try it:
  curl -H "Authorization: Bearer ${token}" ${url.replace('//', `//${ACCOUNT}.`)}/v1/groups

${planeCommands(plane, platform.plane.url)}

Ctrl-C stops it.`;
}

/** Nothing stands behind a command on its line: it must work as it is copied. */
function planeCommands({ clock }: Plane, url: string): string {
  const commands = [
    'The requests that wait for time to pass, and what each planned fault has struck:',
    `  curl ${url}/waiting`,
    `  curl ${url}/faults`,
  ];
  const step = [
    'Time stands still; this steps it by a second:',
    `  curl -H 'content-type: application/json' -d '{"ms":1000}' ${url}/advance`,
  ];
  return [...commands, ...(clock === 'virtual' ? step : [])].join('\n');
}

async function up(options: Options): Promise<void> {
  const { topology, kv, port, state = join('.shardproof', 'state', topology) } = options;
  const plane = readPlane(options.plane, aimsOf(topologies[topology], kv), options.readReplication);
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  const secret = () => randomBytes(32).toString('base64url');
  const secrets = { jwtSecret: secret(), sealSecret: secret() };
  const platform = await startPlatform({
    topology: topologies[topology],
    stateDir: state,
    kvCache: kv,
    secrets,
    plane,
    port,
  });
  console.log(await describe(platform, topology, plane, secrets.jwtSecret));
  const failure = await Promise.race([platform.failed, interrupted]);
  if (!failure) for (const use of await platform.use()) console.log(describeUse(use, plane.plan));
  await platform.stop();
  if (!failure) return;
  console.error(`${failure.name} ended with ${failure.signal ?? `code ${failure.code}`}.\n${failure.log}`);
  process.exitCode = 1;
}

try {
  await up(readOptions(process.argv));
} catch (error) {
  if (error instanceof CommanderError) {
    // commander has printed its own message; a call for --help is not an error.
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
  } else if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    const option = String(issue?.path[0]).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    console.error(`bad_option: --${option}: ${issue?.message}. See --help.`);
    process.exitCode = USAGE_EXIT_CODE;
  } else if (error instanceof PlatformError) {
    console.error(error.message);
    process.exitCode = error.code === 'bad_plane' ? USAGE_EXIT_CODE : 1;
  } else throw error;
}
