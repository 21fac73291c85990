import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';

export interface ProgramTexts {
  /** Of the npm script. */
  readonly name: string;
  /** In one sentence. */
  readonly does: string;
  /** What follows the options: examples, and the exit codes. */
  readonly help: string;
}

/**
 * A command line of the house: help with examples and exit codes, no option and no argument that is not declared, and errors
 * thrown instead of an exit code of commander's own.
 */
export const programOf = ({ name, does, help }: ProgramTexts): Command =>
  new Command(name)
    .description(does)
    .addHelpText('after', `\n${help}`)
    .showHelpAfterError(`See npm run ${name} -- --help.`)
    .allowExcessArguments(false)
    .exitOverride();

/**
 * Reads a command line.
 *
 * @param argv the arguments alone, without node and the script
 * @throws CommanderError for what is not declared or not as `schema` has it, and for --help (its exitCode is 0 then); its
 *   message has been printed
 */
export function readFlags<Schema extends z.ZodType>(
  program: Command,
  argv: readonly string[],
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(program.parse([...argv], { from: 'user' }).opts());
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return program.error(`error: --${optionOf(issue?.path[0])}: ${issue?.message ?? 'not valid'}.`);
}

/** The option whose value has this name: `fullSize` is what `--full-size` was given. */
export const optionOf = (field: PropertyKey | undefined): string =>
  String(field ?? 'options').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const spelt = (value: number): string => value.toLocaleString('en-GB', { maximumFractionDigits: 20 });

const rangeOf = (min: number, max: number): string =>
  max === Number.MAX_SAFE_INTEGER || max === Number.POSITIVE_INFINITY
    ? `of at least ${spelt(min)}`
    : `from ${spelt(min)} to ${spelt(max)}`;

/** What an option is given that takes a whole number, by default any that is not negative. */
export const wholeNumber = (min = 0, max = Number.MAX_SAFE_INTEGER) =>
  number(/^\d+$/, 'whole number', min, max);

/** What an option is given that takes a number, as in `12.5`. */
export const decimal = (min = 0, max = Number.POSITIVE_INFINITY) =>
  number(/^\d+(?:\.\d+)?$/, 'number', min, max);

const number = (pattern: RegExp, kind: string, min: number, max: number) =>
  z.string().transform((text, context) => {
    const value = Number(text);
    if (pattern.test(text) && value >= min && value <= max) return value;
    context.addIssue({
      code: 'custom',
      message: `must be a ${kind} ${rangeOf(min, max)}, not ${JSON.stringify(text)}`,
    });
    return z.NEVER;
  });

/**
 * A path that the command line names, from where the command was given: npm runs scripts in the folder of package.json and
 * tells the other one in INIT_CWD (docs.npmjs.com/cli/commands/npm-run-script).
 */
export const fromCaller = (
  path: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string => resolve(env.INIT_CWD ?? process.cwd(), path);
