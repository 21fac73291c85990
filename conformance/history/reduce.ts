import type { Guarantee, History, Operation } from './history.ts';

/**
 * Leaves out operations for as long as the history still breaks the guarantee, and for the same reason: a history without
 * what made a version would break many a guarantee for a reason of its own. For histories that cannot be run again; where
 * they can, a smaller program says more.
 *
 * Delta debugging (Zeller and Hildebrandt: Simplifying and Isolating Failure-Inducing Input, 2002): of what is returned, no
 * single operation can be left out.
 *
 * @throws Error when the history does not break the guarantee
 */
export function reduce(history: History, { id, check }: Guarantee): History {
  const reason = reasonOf(check(history));
  if (reason === undefined) throw new Error(`the history does not break ${id}`);
  const isEnough = (operations: readonly Operation[]): boolean => reasonOf(check({ operations })) === reason;
  let operations = history.operations;
  for (let length = Math.ceil(operations.length / 2); ; ) {
    const shorter = withoutSome(operations, length, isEnough);
    if (shorter.length === operations.length && length === 1) return { operations };
    // What could not be left out before may be superfluous by now.
    if (shorter.length === operations.length) length = Math.ceil(length / 2);
    operations = shorter;
  }
}

/** Leaves out each stretch of so many operations that is not needed. */
function withoutSome(
  operations: readonly Operation[],
  length: number,
  isEnough: (operations: readonly Operation[]) => boolean,
): readonly Operation[] {
  let left = operations;
  for (let from = 0; from < left.length; ) {
    const shorter = left.toSpliced(from, length);
    if (isEnough(shorter)) left = shorter;
    else from += length;
  }
  return left;
}

const reasonOf = (violation: ReturnType<Guarantee['check']>): string | undefined =>
  violation && `${violation.because} ${violation.however}`;
