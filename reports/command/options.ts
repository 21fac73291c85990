import { resolve } from 'node:path';
import { z } from 'zod';
import { badOption } from './errors/index.ts';

/**
 * Reads the options that a command line gave.
 *
 * @param given by commander, as text
 * @param optionFor the options that set a field by another name
 * @throws CommandError `bad_option` with the first that is not as `schema` has it
 */
export function readOptions<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  optionFor: Readonly<Record<string, string>> = {},
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw badField(parsed.error, optionFor);
}

/** The first mistake that a schema found, by the option that made it. */
export function badField(
  { issues: [issue] }: z.ZodError,
  optionFor: Readonly<Record<string, string>> = {},
): ReturnType<typeof badOption> {
  const field = String(issue?.path[0] ?? 'options');
  // Messages of our own may end with a full stop, zod's do not.
  return badOption(optionFor[field] ?? optionOf(field), (issue?.message ?? 'not valid').replace(/\.$/, ''));
}

/** The option whose value has this name: `fullSize` is what `--full-size` was given. */
const optionOf = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

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
