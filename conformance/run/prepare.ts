import { loadSystem, routeTo, type System, type TestAccount } from '../../reference-worker/target/index.ts';
import { fromCaller } from '../../reports/command/index.ts';
import { ConformanceError } from './errors.ts';
import { existing, mutated } from './modules.ts';
import type { ConformanceOptions } from './options.ts';
import { readTokens } from './tokens.ts';

/** What the options name, loaded. */
export interface Prepared {
  readonly system: System;
  readonly entry?: string | undefined;
  /** Of a remote target. */
  readonly accounts?: readonly TestAccount[] | undefined;
  /** How a report calls the target. */
  readonly name: string;
  /** Removes what was made for the run. */
  remove(): void;
}

/**
 * Reads the files that the options name, before anything is started.
 *
 * @throws ConformanceError
 */
export async function prepareRun(options: ConformanceOptions): Promise<Prepared> {
  const { entry, mutation, target, tokens } = options;
  const system = await loadSystem(options, fromCaller('.'));
  const remove = (): void => undefined;
  if (target !== undefined && tokens !== undefined) {
    if (keepsSome(system) && !options.leaveDocuments)
      throw new ConformanceError(
        'cannot_clean_up',
        `${system.name} has no route for delete, so every document that the checks write to ${target} would stay there. ` +
          'Describe a route for delete, or accept that with --leave-documents.',
      );
    const accounts = readTokens(target, existing('tokens', tokens), process.env);
    return { system, accounts, name: target, remove };
  }
  if (entry !== undefined) return { system, entry: existing('entry', entry), name: entry, remove };
  if (mutation === undefined) return { system, name: system.name, remove };
  const patched = mutated(mutation, system);
  const name = `${system.name} with the mutation ${mutation}`;
  return { system, entry: patched.entry, name, remove: patched.remove };
}

/** Whether documents can be made that cannot be deleted again: a route is a resource's own before it is the system's. */
const keepsSome = (system: System): boolean =>
  Object.keys(system.resources).some(
    (resource) =>
      (routeTo(system, 'create', resource) ?? routeTo(system, 'put', resource)) &&
      !routeTo(system, 'delete', resource),
  );
