import { z } from 'zod';
import { optionOf, programOf, wholeNumber } from '../../reports/command/index.ts';
import { AREAS, areaOf, type Check } from '../checks/check.ts';
import { ConformanceError } from './errors.ts';

/** What the command line asks for; files are named, not read. */
export interface ConformanceOptions {
  readonly checks: readonly Check[];
  /** What --only named; empty: every check. */
  readonly only: readonly string[];
  readonly seed: number;
  readonly effort: 'fast' | 'full';
  readonly path?: string | undefined;
  readonly runs: number;
  readonly system?: string | undefined;
  readonly config?: string | undefined;
  readonly entry?: string | undefined;
  readonly mutation?: string | undefined;
  readonly target?: string | undefined;
  readonly tokens?: string | undefined;
  /** Whether a remote target may be written to although nothing can be removed there. */
  readonly leaveDocuments: boolean;
  readonly list: boolean;
}

const HELP = `Examples:
  npm run conformance                                    every check, on the reference Worker
  npm run conformance -- --only isolation --only cache   some areas
  npm run conformance -- --only cache/delete-then-read   one check
  npm run conformance -- --list                          what there is
  npm run conformance -- --runs 200 --effort fast        200 runs with other random programs each
  npm run conformance -- --entry src/index.ts            your Worker, bound as the reference Worker is
  npm run conformance -- --config shardproof.config.ts   your Worker with bindings and a dialect of its own, as described
                                                         there; found by itself in this folder and above
  npm run conformance -- --target https://documents.example --tokens tokens.json
                                                         whatever answers there; nothing is known of it but tokens

A tokens file, where each token may also be {"tokenEnv": "NAME OF A VARIABLE"}, and where an account may have a "url" of
its own, or one for each PoP, as in {"LHR": "https://..."}:
  {"subject": {"account": "oak", "token": "..."}, "neighbour": {"account": "elm", "token": "..."}}
The neighbour is on the subject's shard; "elsewhere" is on another one, "dedicated" on a deployment of its own.

Exit codes: 0 PASS, 1 FAIL, 2 INCONCLUSIVE, 3 VOID, 4 nothing was started: usage, 130 interrupted.`;

/** Seeds have nine digits at most. */
const SEED_MAX = 999_999_999;

const Flags = z.strictObject({
  only: z.array(z.string()),
  seed: wholeNumber(0, SEED_MAX),
  effort: z.enum(['fast', 'full']),
  path: z
    .string()
    .regex(/^[\d:]+$/, 'must be numbers and colons, as a failure prints them')
    .optional(),
  runs: wholeNumber(1, SEED_MAX),
  system: z.string().optional(),
  config: z.string().optional(),
  entry: z.string().optional(),
  mutation: z.string().optional(),
  target: z.string().optional(),
  tokens: z.string().optional(),
  leaveDocuments: z.boolean(),
  list: z.boolean(),
});
type Flags = z.infer<typeof Flags>;

/**
 * Reads the command line of `npm run conformance`.
 *
 * @param argv the arguments alone, without node and the script
 * @param checks those that there are
 * @throws CommanderError for an unknown option and for --help (its exitCode is 0 then), which has been printed;
 *   ConformanceError `bad_option`
 */
export function readOptions(argv: readonly string[], checks: readonly Check[]): ConformanceOptions {
  const flags = Flags.safeParse(commandLine(argv));
  if (!flags.success) {
    const [issue] = flags.error.issues;
    throw badOption(optionOf(issue?.path[0]), issue?.message ?? 'not valid');
  }
  const chosen = choose(checks, flags.data.only);
  refuseContradictions(flags.data, chosen.length);
  return { ...flags.data, checks: chosen };
}

function choose(checks: readonly Check[], only: readonly string[]): readonly Check[] {
  const isMeant = (check: Check, name: string): boolean => check.id === name || areaOf(check) === name;
  for (const name of only)
    if (!checks.some((check) => isMeant(check, name)))
      throw badOption(
        'only',
        `there is no check and no area "${name}"; areas are ${AREAS.join(', ')}, and --list shows the checks`,
      );
  return only.length === 0 ? checks : checks.filter((check) => only.some((name) => isMeant(check, name)));
}

function refuseContradictions(flags: Flags, chosen: number): void {
  const workers = (['entry', 'mutation', 'target'] as const).filter((name) => flags[name] !== undefined);
  const [first, second] = workers;
  if (first && second) throw badOption(second, `names another Worker than --${first}; give one of them`);
  if (flags.system !== undefined && flags.config !== undefined)
    throw badOption('config', 'names another system than --system; give one of them');
  if (flags.target !== undefined && flags.tokens === undefined)
    throw badOption('tokens', 'is missing: a remote target needs a file with the tokens of its accounts');
  if (flags.target === undefined && flags.tokens !== undefined)
    throw badOption(
      'target',
      'is missing: tokens are for a remote target, and the local platform makes its own',
    );
  if (flags.leaveDocuments && flags.target === undefined)
    throw badOption('leave-documents', 'is for a remote target: the local platform leaves nothing behind');
  if (flags.path !== undefined && chosen !== 1)
    throw badOption('path', `continues one check, and ${chosen} are chosen; name one with --only`);
  if (flags.path !== undefined && flags.runs > 1)
    throw badOption('runs', 'draws other cases in each run, and --path repeats one; leave out one of them');
}

function commandLine(argv: readonly string[]): unknown {
  return programOf({
    name: 'conformance',
    does: 'Checks isolation, consistency, cache safety and more; decides; shows the smallest failure.',
    help: HELP,
  })
    .option('--only <check or area>', 'may be repeated', (name, names: string[]) => [...names, name], [])
    .option('--seed <number>', 'of everything that is drawn', '1')
    .option('--effort <fast|full>', 'how many cases are drawn', 'full')
    .option('--path <path>', 'goes straight to a failure, as it was printed')
    .option(
      '--runs <number>',
      'consecutive runs on fresh platforms with the next seeds, until one does not pass',
      '1',
    )
    .option('--system <name>', 'a reference system; shared-shards unless a description is found')
    .option('--config <file>', 'a description of your own: shardproof.config.ts, wherever it is')
    .option('--entry <file>', 'source of another Worker that is bound as that of the system is')
    .option('--mutation <id>', 'the Worker of the system with a mutation')
    .option('--target <url>', 'a Worker that runs somewhere')
    .option('--tokens <file>', 'JSON: the accounts of --target and their tokens')
    .option(
      '--leave-documents',
      'writes to a --target that cannot delete, and leaves what was written',
      false,
    )
    .option('--list', 'prints the checks', false)
    .parse([...argv], { from: 'user' })
    .opts();
}

const badOption = (option: string, message: string): ConformanceError =>
  new ConformanceError('bad_option', `--${option}: ${message}. See npm run conformance -- --help.`);
