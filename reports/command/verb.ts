import { Command, CommanderError } from 'commander';
import { CommandError, exitCodeOf, hasCode } from './errors/index.ts';
import { interruption } from './interruption.ts';
import { IS_INSTALLED } from './workspace.ts';

export interface Invocation {
  /** The options, as text or as what commander made of them, without those that were not given. */
  readonly given: Readonly<Record<string, unknown>>;
  /** What is no option. */
  readonly args: readonly string[];
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Where the result of a verb goes that leaves one. */
  readonly leaving: Leaving;
}

export interface Leaving {
  /** The folder, which must not be there yet; undefined: below reports/runs. */
  readonly out: string | undefined;
  /** Whether the result, and nothing else, is printed. */
  readonly json: boolean;
}

/**
 * What the command can be asked to do. To say so must be quick: a verb declares itself with no more than commander, and `run`
 * imports what the work needs.
 */
export interface Verb {
  readonly name: string;
  /** In one sentence. */
  readonly does: string;
  /** What follows the options: examples, written as `shardproof <verb> ...`, and the exit codes. */
  readonly help?: string;
  /** Declares options and arguments; without it there are none. */
  readonly declare?: (program: Command) => Command;
  /** Whether it leaves a result with a verdict (reports/schema): it then takes --out and --json. */
  readonly leavesResult?: true;
  /** What becomes of the work when it is interrupted, as in `nothing was measured`; without it Ctrl-C ends the process at once. */
  readonly interrupted?: string;
  /** For an error that nobody has foreseen. VOID unless told otherwise: an error of the harness says nothing against the target. */
  readonly brokenExitCode?: number;
  /** @returns the exit code */
  readonly run: (invocation: Invocation) => Promise<number>;
}

/** A verb of several parts, as in `seed verify`; the first is meant where none is named. */
export interface VerbOfParts extends Omit<Verb, 'declare' | 'run'> {
  readonly parts: readonly Verb[];
}

/** Does what the command line asks for, and sets the exit code of this process. @param argv what follows the verb */
export async function runVerb(verb: Verb | VerbOfParts, argv: readonly string[]): Promise<void> {
  const signal =
    verb.interrupted === undefined ? new AbortController().signal : interruption(verb.interrupted);
  const help = spelledAsCalled(`shardproof ${verb.name} --help`);
  try {
    process.exitCode = await parsed(verb, argv, signal, help);
  } catch (error) {
    // Commander has printed its own message.
    if (!(error instanceof CommanderError)) console.error(wordsFor(error, help));
    process.exitCode = signal.aborted ? exitCodeOf.INTERRUPTED : exitCodeOfError(error, verb.brokenExitCode);
  }
}

async function parsed(
  verb: Verb | VerbOfParts,
  argv: readonly string[],
  signal: AbortSignal,
  help: string,
): Promise<number> {
  let exitCode: number = exitCodeOf.PASS;
  const withAction = (program: Command, { declare, leavesResult, run }: Verb): void => {
    declare?.(program);
    if (leavesResult) withLeaving(program);
    program.action(async () => {
      const { out, json, ...given } = program.opts();
      const common = { args: program.args, signal };
      exitCode = await run(
        leavesResult
          ? { ...common, given, leaving: { out: await fromCallerOf(out), json } }
          : { ...common, given: program.opts(), leaving: { out: undefined, json: false } },
      );
    });
  };
  const program = programOf(new Command(`shardproof ${verb.name}`), verb, help);
  if (!('parts' in verb)) withAction(program, verb);
  else {
    const names = verb.parts.map(({ name }) => name);
    for (const [index, part] of verb.parts.entries())
      withAction(programOf(program.command(part.name, { isDefault: index === 0 }), part, help), part);
    const [first] = argv;
    // Without this the first part would complain of an argument too many.
    if (first !== undefined && !first.startsWith('-') && ![...names, 'help'].includes(first))
      program.error(`error: there is no command '${first}'; there are ${names.join(', ')}.`);
  }
  await program.parseAsync([...argv], { from: 'user' });
  return exitCode;
}

/** Only now, because it takes more than commander. */
const fromCallerOf = async (path: string | undefined): Promise<string | undefined> =>
  path === undefined ? undefined : (await import('./options.ts')).fromCaller(path);

const withLeaving = (program: Command): Command =>
  program
    .option('--out <folder>', 'where the result goes; it must not be there yet (default: reports/runs/<id>)')
    .option('--json', 'print the result as JSON, and nothing else on standard output', false);

/** No option and no argument that is not declared, and errors thrown instead of an exit code of commander's own. */
function programOf(program: Command, { does, help }: Verb | VerbOfParts, next: string): Command {
  program.description(does).showHelpAfterError(`See ${next}.`).allowExcessArguments(false).exitOverride();
  return help === undefined ? program : program.addHelpText('after', `\n${spelledAsCalled(help)}`);
}

/**
 * Commands as whoever reads them can give them: in this repository verbs are scripts of npm, and who has installed the package has
 * the command itself. Columns stay one below the other.
 *
 * @param words text with commands in it, written as `shardproof <verb> ...`
 * @param installed whether this is the installed package
 */
export const spelledAsCalled = (words: string, installed = IS_INSTALLED): string =>
  installed
    ? words.replaceAll(/\bshardproof (?=[a-z])/g, 'npx shardproof ').replaceAll(/^ {20,}/gm, '$&    ')
    : words.replaceAll(/\bshardproof ([a-z][\w:-]*)( (?=\S)| {2}|)/g, (_, verb, gap) =>
        gap === ' ' ? `npm run ${verb} -- ` : `npm run ${verb}${gap && '     '}`,
      );

/** Errors of the system that name a path which this process may not write, or that is no folder (errno(3)). */
const NOT_WRITABLE: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR'];

function wordsFor(error: unknown, help: string): unknown {
  if (error instanceof CommandError)
    return error.code === 'bad_option' ? `${error.message} See ${help}.` : error.message;
  if (isNotWritable(error))
    return `not_writable: ${error.message}. Make that a folder that you may write to, and start again.`;
  return hasCode(error, 'ENOSPC') ? `disk_full: ${error.message}. Free some space, and start again.` : error;
}

function exitCodeOfError(error: unknown, brokenExitCode: number = exitCodeOf.VOID): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodeOf.PASS : exitCodeOf.REFUSED;
  if (error instanceof CommandError) return error.exitCode;
  return isNotWritable(error) ? exitCodeOf.REFUSED : brokenExitCode;
}

const isNotWritable = (error: unknown): error is Error =>
  error instanceof Error && 'path' in error && 'code' in error && NOT_WRITABLE.includes(error.code);
