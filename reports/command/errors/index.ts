/** The exit code of a command: of its verdict, of a mistake that let it start nothing, and of Ctrl-C (128 + SIGINT). */
export const exitCodeOf = {
  PASS: 0,
  FAIL: 1,
  INCONCLUSIVE: 2,
  VOID: 3,
  REFUSED: 4,
  INTERRUPTED: 130,
} as const;

/**
 * What an error says of the work that was asked for:
 * - refused: nothing was started
 * - failed: something was started and did not come to a good end; what was done of it is known
 * - unknown: the same, and whether the last step was done is not known
 * - void: nothing can be judged
 */
export type Ending = keyof typeof EXIT_CODES;

const EXIT_CODES = {
  refused: exitCodeOf.REFUSED,
  failed: exitCodeOf.FAIL,
  unknown: exitCodeOf.FAIL,
  void: exitCodeOf.VOID,
} as const;

/**
 * Why a command did not do what it was asked for, in sentences that say what is wrong and what to do next.
 * Any other error is one that nobody has foreseen.
 */
export class CommandError<Code extends string = string> extends Error {
  /** Stable, in lower case, as in `bad_option`; printed in front of the message. */
  readonly code: Code;
  readonly exitCode: number;
  /** Whether it is certain what was done. */
  readonly isDefinite: boolean;

  constructor(code: Code, ending: Ending, sentences: string, options?: ErrorOptions) {
    super(`${code}: ${sentences}`, options);
    this.name = 'CommandError';
    this.code = code;
    this.exitCode = EXIT_CODES[ending];
    this.isDefinite = ending !== 'unknown';
  }
}

/** The errors of a part of the house. @param endings its codes, and how each ends the command that it meets */
export const errorsOf = <Code extends string>(name: string, endings: Readonly<Record<Code, Ending>>) =>
  class extends CommandError<Code> {
    constructor(code: Code, sentences: string, options?: ErrorOptions) {
      super(code, endings[code], sentences, options);
      this.name = name;
    }
  };

/** A mistake on the command line. @param option without its hyphens @param wrong goes on after the option's name, without a full stop */
export const badOption = (option: string, wrong: string): CommandError<'bad_option'> =>
  new CommandError('bad_option', 'refused', `--${option}: ${wrong}.`);

/** Whether an error is the system's or Node's with this code, as in `ENOENT`. */
export const hasCode = (error: unknown, code: string): error is Error =>
  error instanceof Error && 'code' in error && error.code === code;
