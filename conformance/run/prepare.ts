import type { OwnWorker, System, TestAccount } from '../../reference-worker/target/index.ts';
import { ConformanceError } from './errors.ts';
import { existing, loadAdapter, loadOwn, mutated } from './modules.ts';
import type { ConformanceOptions } from './options.ts';
import { readTokens } from './tokens.ts';

/** What the options name, loaded. */
export interface Prepared {
  readonly system: System;
  readonly entry?: string | undefined;
  readonly own?: OwnWorker | undefined;
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
export async function prepare(options: ConformanceOptions): Promise<Prepared> {
  const { entry, own, mutation, target, tokens } = options;
  const system = await loadAdapter(options.adapter);
  const remove = (): void => undefined;
  if (target !== undefined && tokens !== undefined) {
    if (!system.routes.delete && !options.leaveDocuments)
      throw new ConformanceError(
        'cannot_clean_up',
        `${system.name} has no route for delete, so every document that the checks write to ${target} would stay there. ` +
          'Give the system a route for delete, or accept that with --leave-documents.',
      );
    const accounts = readTokens(target, existing('tokens', tokens), process.env);
    return { system, accounts, name: target, remove };
  }
  if (entry !== undefined) return { system, entry: existing('entry', entry), name: entry, remove };
  if (own !== undefined) return { system, own: await loadOwn(own), name: own, remove };
  if (mutation === undefined) return { system, name: 'the reference Worker', remove };
  const patched = mutated(mutation);
  const name = `the reference Worker with the mutation ${mutation}`;
  return { system, entry: patched.entry, name, remove: patched.remove };
}
