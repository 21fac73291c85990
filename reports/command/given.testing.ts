import { Command } from 'commander';
import type { Verb, VerbOfParts } from './index.ts';

/**
 * What a verb is given by a command line.
 *
 * @param name of the verb, or of a part of one
 * @throws CommanderError for what is not declared; its message has been printed
 */
export const givenTo = (
  verbs: readonly (Verb | VerbOfParts)[],
  name: string,
  argv: readonly string[],
): Readonly<Record<string, unknown>> =>
  commandOf(verbs, name)
    .parse([...argv], { from: 'user' })
    .opts();

/** The options that a verb declares, as in `--only`, in order. */
export const optionsOf = (verbs: readonly (Verb | VerbOfParts)[], name: string): string[] =>
  commandOf(verbs, name)
    .options.map(({ long }) => long ?? '')
    .toSorted();

function commandOf(verbs: readonly (Verb | VerbOfParts)[], name: string): Command {
  const verb = verbs
    .flatMap((each) => ('parts' in each ? each.parts : [each]))
    .find((each) => each.name === name);
  if (!verb) throw new Error(`there is no verb ${name}.`);
  const command = new Command(name).exitOverride().allowExcessArguments(false);
  return verb.declare?.(command) ?? command;
}
