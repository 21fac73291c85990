import { CommanderError } from 'commander';
import { exitCodeOf, USAGE_EXIT_CODE } from './schema/index.ts';

export interface CommandRules {
  /** The errors that say in one line what is wrong and what to do; any other is printed with its stack. */
  readonly known: readonly (abstract new (
    ...args: never[]
  ) => Error)[];
  /** Of a command that has something to tidy up when it is interrupted. */
  readonly signal?: AbortSignal;
  readonly interruptedExitCode?: number;
}

/** Runs a command that ends in a verdict, and sets the exit code of this process: the command's, or its error's. */
export async function runCommand(
  command: () => Promise<number>,
  { known, signal, interruptedExitCode }: CommandRules,
): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const isKnown = known.some((kind) => error instanceof kind);
    // Commander has printed its own message.
    if (!(error instanceof CommanderError))
      console.error(isKnown && error instanceof Error ? error.message : error);
    process.exitCode = signal?.aborted ? interruptedExitCode : exitCodeOfError(error, isKnown);
  }
}

function exitCodeOfError(error: unknown, isKnown: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
  // Not that of FAIL: an error of the harness says nothing against the target.
  return isKnown ? USAGE_EXIT_CODE : exitCodeOf.VOID;
}
