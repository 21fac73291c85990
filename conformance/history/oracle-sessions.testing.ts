import type { History, Operation, Read, Write } from './history.ts';

/**
 * The guarantees of sessions by their definitions, decided by trying everything: what each operation includes is a copy of the
 * database, of which it shows some keys. A guarantee holds if each operation can have a copy that explains what it showed.
 * Written from the definitions, not from the checkers: here nothing is fast, and nothing is shared with them.
 */

export type Holds = (history: History) => boolean;

/** How many versions of each key a copy includes, from the first on. */
type Copy = ReadonlyMap<string, number>;

/** That an operation showed or made some version of a key: it includes `from`, and shows no more than `to`. */
export interface Proof {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

const isAcknowledged = (operation: Operation): operation is Write =>
  operation.kind === 'write' && operation.outcome === 'ok';
const isRead = (operation: Operation): operation is Read => operation.kind === 'read';
const isAnswered = (operation: Operation): boolean => isRead(operation) || isAcknowledged(operation);

export const isBehind = (earlier: Operation, later: Operation): boolean =>
  earlier.session === later.session && earlier.invoked < later.invoked;

/** The versions that a sighting of nothing may stand for, of those up to `newest`. */
export function standsFor(history: History, key: string, read: Read, newest: number): number[] {
  const deletes = history.operations.flatMap((operation) =>
    operation.kind === 'write' && operation.outcome !== 'failed' && operation.invoked <= read.completed
      ? operation.effects.filter((effect) => effect.kind === 'delete' && effect.key === key)
      : [],
  );
  // One more than any version that is known: what may be any deletion may be that.
  const all = Array.from({ length: newest + 1 }, (_, version) => version);
  if (deletes.some(({ version }) => version === undefined)) return all;
  return all.filter((version) => version === 0 || deletes.some((each) => each.version === version));
}

/** What every operation that was answered proves. */
export function proofsOf(history: History): Map<Operation, Proof[]> {
  const newest = newestIn(history);
  const proofs = new Map<Operation, Proof[]>();
  const known = (reader: Operation, key: string): number =>
    Math.max(
      0,
      ...[...proofs]
        .filter(([earlier]) => isBehind(earlier, reader))
        .flatMap(([, own]) => own.filter((each) => each.key === key).map(({ from }) => from)),
    );
  for (const operation of history.operations.filter(isAnswered)) {
    if (operation.kind === 'write') {
      const untold = newest + 1;
      proofs.set(
        operation,
        operation.effects.map(({ key, version }) => ({ key, from: version ?? 0, to: version ?? untold })),
      );
      continue;
    }
    const own = operation.seen.map(({ key, version }): Proof => {
      if (version > 0) return { key, from: version, to: version };
      const candidates = standsFor(history, key, operation, newest + 1);
      const from = candidates.find((each) => each >= known(operation, key)) ?? 0;
      return { key, from, to: Math.max(...candidates) };
    });
    proofs.set(operation, own);
  }
  return proofs;
}

export const newestIn = ({ operations }: History): number =>
  Math.max(
    0,
    ...operations.flatMap((each) =>
      each.kind === 'read'
        ? each.seen.map(({ version }) => version)
        : each.effects.map(({ version }) => version ?? 0),
    ),
  );

interface Commit {
  readonly write: Write;
  readonly key: string;
  readonly version: number;
}

/** The effects that are known to have made a version: acknowledged with it, or shown at it. */
function commitsOf({ operations }: History): Commit[] {
  const sightings = operations.filter(isRead).flatMap(({ seen }) => seen);
  return operations.flatMap((write) => {
    if (write.kind === 'read' || write.outcome === 'failed') return [];
    return write.effects.flatMap(({ key, version, value, kind }) => {
      if (version !== undefined) return [{ write, key, version }];
      if (kind === 'delete') return [];
      const shown = sightings.filter((each) => each.key === key && each.value === value && each.version > 0);
      return shown.map((each) => ({ write, key, version: each.version }));
    });
  });
}

interface Facts {
  readonly proofs: ReadonlyMap<Operation, readonly Proof[]>;
  readonly commits: readonly Commit[];
  readonly copies: readonly Copy[];
}

const includes = (copy: Copy, { key, from }: Proof): boolean => (copy.get(key) ?? 0) >= from;

function everyCopy(proofs: readonly Proof[]): Copy[] {
  let copies: Copy[] = [new Map()];
  for (const key of new Set(proofs.map((each) => each.key))) {
    const versions = new Set([0, ...proofs.filter((each) => each.key === key).map(({ from }) => from)]);
    copies = copies.flatMap((copy) => [...versions].map((version) => new Map([...copy, [key, version]])));
  }
  return copies;
}

/** Whether each operation has a copy that shows what it showed, and that is allowed for it. */
function explained(
  history: History,
  isAllowed: (copy: Copy, operation: Operation, facts: Facts) => boolean,
): boolean {
  const proofs = proofsOf(history);
  const facts = {
    proofs,
    commits: commitsOf(history),
    copies: everyCopy([...proofs.values()].flat()),
  };
  return [...proofs].every(([operation, own]) =>
    facts.copies.some(
      (copy) =>
        own.every((proof) => includes(copy, proof)) &&
        [...copy].every(([key, version]) => version <= Math.min(Infinity, ...greatest(own, key))) &&
        isAllowed(copy, operation, facts),
    ),
  );
}

/** The most that an operation may include of a key, if it shows the key. */
function greatest(proofs: readonly Proof[], key: string): number[] {
  const own = proofs.filter((each) => each.key === key);
  return own.length > 0 ? [Math.max(...own.map(({ to }) => to))] : [];
}

type IsBinding = (operation: Operation) => boolean;

const includesOwn = (copy: Copy, operation: Operation, { proofs }: Facts, isBinding: IsBinding): boolean =>
  [...proofs]
    .filter(([earlier]) => isBinding(earlier) && isBehind(earlier, operation))
    .every(([, own]) => own.every((proof) => includes(copy, proof)));

const isClosed = (copy: Copy, { proofs, commits }: Facts, isBinding: IsBinding): boolean =>
  commits
    .filter(({ key, version }) => (copy.get(key) ?? 0) >= version)
    .every(({ write }) =>
      [...proofs]
        .filter(([earlier]) => isBinding(earlier) && isBehind(earlier, write))
        .every(([, own]) => own.every((proof) => includes(copy, proof))),
    );

const ownOnly =
  (isBinding: IsBinding): Holds =>
  (history) =>
    explained(
      history,
      (copy, operation, facts) => !isRead(operation) || includesOwn(copy, operation, facts, isBinding),
    );

const closed =
  (isBinding: IsBinding): Holds =>
  (history) =>
    explained(history, (copy, _, facts) => isClosed(copy, facts, isBinding));

export const SESSION_ORACLE: Readonly<Record<string, Holds>> = {
  'read-your-writes': ownOnly(isAcknowledged),
  'monotonic-reads': ownOnly(isRead),
  'monotonic-writes': closed(isAcknowledged),
  'writes-follow-reads': closed(isRead),
  'causal-order': (history) =>
    explained(
      history,
      (copy, operation, facts) =>
        isClosed(copy, facts, isAnswered) && includesOwn(copy, operation, facts, isAnswered),
    ),
};
