import {
  type Commit,
  type Evidence,
  evidenceIn,
  isCommit,
  isEarlierInSession,
  isRead,
  type KeyVersion,
  type Operation,
  type Read,
  versionsOf,
} from './history.ts';

/**
 * The guarantees by their definitions, decided by trying everything: what each operation includes is a copy of the
 * database, of which it shows some keys. A guarantee holds if copies can be found that explain all that was shown.
 */

/** How many versions of each key a copy includes, from the first on. */
type Copy = ReadonlyMap<string, number>;

/** Every copy that shows what the operation showed. */
function copiesOf(operation: Evidence, evidence: readonly Evidence[]): Copy[] {
  const newest = new Map<string, number>();
  for (const { key, version } of evidence.flatMap(versionsOf))
    newest.set(key, Math.max(version, newest.get(key) ?? 0));
  let copies: Copy[] = [new Map()];
  for (const [key, last] of newest) {
    const shown = versionsOf(operation).find((each) => each.key === key)?.version;
    const versions = shown === undefined ? Array.from({ length: last + 1 }, (_, index) => index) : [shown];
    copies = copies.flatMap((copy) => versions.map((version) => new Map([...copy, [key, version]])));
  }
  return copies;
}

const includes = (copy: Copy, { key, version }: KeyVersion): boolean => (copy.get(key) ?? 0) >= version;

/** Each operation must have a copy that is allowed for it. */
function explained(
  operations: readonly Operation[],
  isAllowed: (copy: Copy, operation: Evidence, evidence: readonly Evidence[]) => boolean,
): boolean {
  const evidence = evidenceIn(operations);
  return evidence.every((each) => copiesOf(each, evidence).some((copy) => isAllowed(copy, each, evidence)));
}

const includesOwn =
  (isBinding: (earlier: Evidence) => boolean) =>
  (copy: Copy, operation: Evidence, evidence: readonly Evidence[]): boolean =>
    !isRead(operation) ||
    evidence
      .filter((earlier) => isBinding(earlier) && isEarlierInSession(earlier, operation))
      .every((earlier) => versionsOf(earlier).every((version) => includes(copy, version)));

const includesPredecessors =
  (isBinding: (earlier: Evidence) => boolean) =>
  (copy: Copy, _: Evidence, evidence: readonly Evidence[]): boolean =>
    evidence
      .filter(isCommit)
      .filter((write) => includes(copy, write))
      .every((write) =>
        evidence
          .filter((earlier) => isBinding(earlier) && isEarlierInSession(earlier, write))
          .every((earlier) => versionsOf(earlier).every((version) => includes(copy, version))),
      );

/** Some order of all operations on the key respects real time, and every read in it shows the write before it. */
function isLinearizable(operations: readonly Evidence[]): boolean {
  const search = (left: readonly Evidence[], version: number): boolean =>
    left.length === 0 ||
    left.some((next) => {
      if (left.some(({ completed }) => completed < next.invoked)) return false;
      const own = versionsOf(next)[0]?.version ?? 0;
      const fits = isRead(next) ? own === version : own > version;
      return (
        fits &&
        search(
          left.filter((each) => each !== next),
          own,
        )
      );
    });
  return search(operations, 0);
}

/** A version that no known write made was made by an unknown one, which may have happened at any time. */
function withHiddenWrites(operations: readonly Evidence[]): Evidence[] {
  const made = new Set(operations.filter(isCommit).map(({ version }) => version));
  const shown = new Map(
    operations.filter(isRead).flatMap(({ seen }) => seen.map((each) => [each.version, each])),
  );
  const always = { kind: 'write', client: 'unknown', pop: 'LHR', invoked: -1, completed: Infinity } as const;
  const hidden = [...shown.values()].filter(({ version }) => version > 0 && !made.has(version));
  return [...operations, ...hidden.map(({ key, version }) => ({ ...always, key, version }))];
}

/** The part of an operation that is about one key, if any. */
const about =
  (key: string) =>
  (operation: Evidence): (Read | Commit)[] => {
    if (!isRead(operation)) return operation.key === key ? [operation] : [];
    const seen = operation.seen.filter((each) => each.key === key);
    return seen.length > 0 ? [{ ...operation, seen }] : [];
  };

/** Whether the guarantee of this name holds. */
export const HOLDS: Readonly<Record<string, (operations: readonly Operation[]) => boolean>> = {
  'read your writes': (operations) => explained(operations, includesOwn(isCommit)),
  'monotonic reads': (operations) => explained(operations, includesOwn(isRead)),
  'monotonic writes': (operations) => explained(operations, includesPredecessors(isCommit)),
  'writes follow reads': (operations) => explained(operations, includesPredecessors(isRead)),
  linearizability: (operations) => {
    const evidence = evidenceIn(operations);
    const keys = new Set(evidence.flatMap(versionsOf).map(({ key }) => key));
    return [...keys].every((key) => isLinearizable(withHiddenWrites(evidence.flatMap(about(key)))));
  },
};
