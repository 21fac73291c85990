import type { History, Operation, Seen } from './history.ts';
import { lowestShown } from './oracle-facts.testing.ts';
import { type Holds, newestIn, SESSION_ORACLE, standsFor } from './oracle-sessions.testing.ts';
import { WRITE_ORACLE } from './oracle-writes.testing.ts';

/** An operation on one key, and the places that it may have in the order of all that happened to the key. */
interface Point {
  readonly invoked: number;
  readonly completed: number;
  readonly places: readonly number[];
}

/** A sighting stands after the write of its version. */
const place = (version: number, isSighting: boolean): number => 2 * version + (isSighting ? 1 : 0);

/** Tries every order of the operations on each key. */
const linearizability: Holds = (history) => {
  const keys = new Set(
    history.operations.flatMap((each) =>
      (each.kind === 'read' ? each.seen : each.effects).map(({ key }) => key),
    ),
  );
  return [...keys].every((key) =>
    hasOrder(
      history.operations.flatMap((each) => pointsOf(history, each, key)),
      0,
    ),
  );
};

function hasOrder(left: readonly Point[], reached: number): boolean {
  if (left.length === 0) return true;
  return left.some((next) => {
    if (left.some(({ completed }) => completed < next.invoked)) return false;
    const rest = left.filter((each) => each !== next);
    return next.places.some((each) => each >= reached && hasOrder(rest, each));
  });
}

function pointsOf(history: History, operation: Operation, key: string): Point[] {
  const { invoked, completed } = operation;
  if (operation.kind === 'read') {
    const own = operation.seen.filter((each) => each.key === key);
    return own.map(({ version }) => {
      const versions = version > 0 ? [version] : standsFor(history, key, operation, newestIn(history));
      return { invoked, completed, places: versions.map((each) => place(each, true)) };
    });
  }
  if (operation.outcome === 'failed') return [];
  const own = operation.effects.filter((each) => each.key === key);
  return own.flatMap(({ version, kind, value }) => {
    if (version !== undefined) return [{ invoked, completed, places: [place(version, false)] }];
    const shown = kind === 'delete' ? undefined : lowestShown(sightingsIn(history), { key, value });
    return shown === undefined ? [] : [{ invoked, completed: Infinity, places: [place(shown, false)] }];
  });
}

const sightingsIn = ({ operations }: History): Seen[] =>
  operations.flatMap((each) => (each.kind === 'read' ? each.seen.filter(({ version }) => version > 0) : []));

/** Whether each guarantee holds, by its definition. */
export const HOLDS: Readonly<Record<string, Holds>> = { ...SESSION_ORACLE, ...WRITE_ORACLE, linearizability };
