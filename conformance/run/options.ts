import { z } from 'zod';
import { systemFlags } from '../../reference-worker/target/index.ts';
import { badOption, readOptions, wholeNumber } from '../../reports/command/index.ts';
import { AREAS, areaOf, type Check } from '../checks/index.ts';

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
  ...systemFlags,
  entry: z.string().optional(),
  mutation: z.string().optional(),
  target: z.string().optional(),
  tokens: z.string().optional(),
  leaveDocuments: z.boolean(),
  list: z.boolean(),
});
type Flags = z.infer<typeof Flags>;

/**
 * Reads the options of `shardproof conformance`.
 *
 * @param checks those that there are
 * @throws CommandError `bad_option`
 */
export function readConformanceOptions(given: unknown, checks: readonly Check[]): ConformanceOptions {
  const flags = readOptions(Flags, given);
  const chosen = choose(checks, flags.only);
  refuseContradictions(flags, chosen.length);
  return { ...flags, checks: chosen };
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
