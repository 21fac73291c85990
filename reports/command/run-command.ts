import { CommanderError } from 'commander';
import { exitCodeOf, USAGE_EXIT_CODE } from '../schema/index.ts';

export interface CommandRules {
  /** The errors that say in one line what is wrong and what to do; any other is printed with its stack. */
  readonly known: readonly (abstract new (
    ...args: never[]
  ) => Error)[];
  /** The codes of those that are not refusals: something was started, and did not come to a good end. */
  readonly failures?: readonly string[];
  /** Of a command that has something to tidy up when it is interrupted. */
  readonly signal?: AbortSignal;
  readonly interruptedExitCode?: number;
  /** For an error that nobody has foreseen. VOID unless told otherwise: an error of the harness says nothing against the target. */
  readonly brokenExitCode?: number;
}

const FAILED_EXIT_CODE = 1;

/** Errors of the system that name a path which this process may not write, or that is no folder (errno(3)). */
const NOT_WRITABLE: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR'];

/**
 * Runs a command, and sets the exit code of this process: the command's, or its error's.
 *
 * @param command gives the exit code
 */
export async function runCommand(command: () => Promise<number>, rules: CommandRules): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const { known, signal, interruptedExitCode } = rules;
    const isKnown = known.some((kind) => error instanceof kind);
    // Commander has printed its own message.
    if (!(error instanceof CommanderError)) console.error(wordsFor(error, isKnown));
    process.exitCode = signal?.aborted ? interruptedExitCode : exitCodeOfError(error, isKnown, rules);
  }
}

function wordsFor(error: unknown, isKnown: boolean): unknown {
  if (isKnown && error instanceof Error) return error.message;
  if (isNotWritable(error))
    return `not_writable: ${error.message}. Make that a folder that you may write to, and start again.`;
  return isDiskFull(error) ? `disk_full: ${error.message}. Free some space, and start again.` : error;
}

function exitCodeOfError(
  error: unknown,
  isKnown: boolean,
  { failures = [], brokenExitCode = exitCodeOf.VOID }: CommandRules,
): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
  if (isKnown && failures.includes(String(codeOf(error)))) return FAILED_EXIT_CODE;
  return isKnown || isNotWritable(error) ? USAGE_EXIT_CODE : brokenExitCode;
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
const isNotWritable = (error: unknown): error is Error =>
  error instanceof Error && 'path' in error && NOT_WRITABLE.includes(codeOf(error));
const isDiskFull = (error: unknown): error is Error => codeOf(error) === 'ENOSPC' && error instanceof Error;
