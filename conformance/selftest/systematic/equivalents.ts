import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { MutationError } from '../../../reference-worker/target/index.ts';
import type { Mutant } from './mutants.ts';

/** Mutants that no client could tell from the Worker, or that keep every promise as well as it does, and why. */
const Equivalents = z.array(
  z.strictObject({
    mutant: z.string(),
    /** What it changes, so that the reason is not held against another change. */
    change: z.string(),
    because: z.string().regex(/^[A-Z].{20,}\.$/, 'must be a sentence that gives a reason'),
  }),
);
const FILE = 'equivalents.json';

/**
 * The mutants of a system that are listed as equivalent to it.
 *
 * @param folder of the mutations
 * @returns their ids
 * @throws MutationError for an entry that is none of the mutants
 */
export function readEquivalents(folder: string, mutants: readonly Mutant[]): ReadonlySet<string> {
  const path = join(folder, FILE);
  const parsed = Equivalents.safeParse(existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : []);
  if (!parsed.success) throw new MutationError(`${FILE}: ${z.prettifyError(parsed.error)}`);
  for (const { mutant: id, change } of parsed.data) {
    const mutant = mutants.find((each) => each.id === id);
    if (mutant?.change !== change)
      throw new MutationError(
        `${FILE}: ${id} is ${mutant ? `now "${mutant.change}", not "${change}"` : 'no mutant any more'}. Read it again, and mend the entry or take it out.`,
      );
  }
  return new Set(parsed.data.map(({ mutant }) => mutant));
}
