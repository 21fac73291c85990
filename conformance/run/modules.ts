import { existsSync } from 'node:fs';
import {
  applyMutation,
  type MutatedWorker,
  mutationsOf,
  readMutations,
  type System,
} from '../../reference-worker/target/index.ts';
import { badOption, fromCaller } from '../../reports/command/index.ts';

/** @throws CommandError `bad_option` for a mutation that there is not; MutationError */
export function mutated(id: string, system: System): MutatedWorker {
  const mutation = readMutations(system).find((each) => each.id === id);
  if (!mutation)
    throw badOption('mutation', `there is no mutation "${id}"; ${mutationsOf(system).folder} has them`);
  return applyMutation(mutation, system);
}

/**
 * A file that the command line names, from where the command was given.
 *
 * @throws CommandError `bad_option`
 */
export function existing(
  option: string,
  file: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const path = fromCaller(file, env);
  if (!existsSync(path)) throw badOption(option, `there is no file ${path}`);
  return path;
}
