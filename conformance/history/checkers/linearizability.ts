import { type Columns, NONE } from '../columns/index.ts';
import type { Guarantee, GuaranteeViolation } from '../history.ts';
import { state, told } from '../phrases.ts';
import { breach, type KeyHistory, keyHistories, shownVersions, type Trace, traceOf } from '../trace/index.ts';
import { decidedByKey } from './hidden-writes.ts';

/**
 * Linearizability: to everyone, an operation happens at one moment between its start and its answer (Herlihy and Wing,
 * 1990). It is a property of each key alone. Broken when the operations on a key cannot be put into an order such that
 *
 * - what was complete before something else was invoked stands before it;
 * - an effect that was acknowledged with a version, or whose value was shown (then its version is the lowest at which it was;
 *   it may have happened at any time after it was invoked), stands before all observations of its version, and after
 *   everything of older versions;
 * - an observation of nothing stands where one of the versions that it may stand for would stand (see Deletions).
 *
 * The database numbers the versions, so the order of writes is known and nothing has to be searched: it is enough that
 * nothing which was complete has a later place than something that had not begun. If no two operations clash in this way,
 * ordering by place, then by start, is such an order: no cycle can lead back from a later place to an earlier one.
 */
export const linearizability: Guarantee = {
  id: 'linearizability',
  title: 'Linearizability',
  meaning: 'Everyone sees each write as soon as it was acknowledged, as if there were one copy.',
  check: decidedByKey((history) => {
    const trace = traceOf(history);
    let first: Clash | undefined;
    for (const ofKey of keyHistories(trace.columns)) {
      const clash = firstClash(trace, ofKey);
      if (clash && !(first && isBefore(first.later, clash.later))) first = clash;
    }
    return first && violation(trace.columns, first);
  }),
};

/** An operation on one key, with its place in the order of all that happens to the key. */
interface Point {
  readonly operation: number;
  readonly invoked: number;
  readonly completed: number;
  readonly isRead: boolean;
  /** The version that was made or seen; undefined of nothing, until its place is known. */
  version: number | undefined;
}

interface Clash {
  readonly key: string;
  readonly earlier: Point;
  readonly later: Point;
}

const isBefore = (one: Point, other: Point): boolean =>
  one.invoked < other.invoked || (one.invoked === other.invoked && one.operation < other.operation);

/** A read stands after its write. */
const placeOf = ({ version = 0, isRead }: Point): number => 2 * version + (isRead ? 1 : 0);

function firstClash(trace: Trace, ofKey: KeyHistory): Clash | undefined {
  const points = pointsOf(ofKey).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  const byEnd = points.toSorted((a, b) => a.completed - b.completed);
  let [next, place] = [0, 0];
  for (const later of points) {
    for (let each = byEnd[next]; each && each.completed < later.invoked; each = byEnd[next]) {
      place = Math.max(place, placeOf(each));
      next += 1;
    }
    // Of what it may stand for, the oldest that is old enough leaves the most room to what follows.
    later.version ??= trace.deletions.oldestFrom(Math.floor(place / 2), ofKey.index, later.completed) ?? 0;
    if (placeOf(later) >= place) continue;
    const earlier = points.find((each) => each.completed < later.invoked && placeOf(each) > placeOf(later));
    if (!earlier) throw new Error(`nothing clashes with operation ${later.operation}`);
    return { key: ofKey.key, earlier, later };
  }
  return undefined;
}

function pointsOf(ofKey: KeyHistory): Point[] {
  const shown = shownVersions(ofKey);
  const writes = ofKey.effects.flatMap(({ operation, invoked, completed, outcome, version, value, kind }) => {
    if (version !== NONE) {
      const end = outcome === 'ok' ? completed : Number.POSITIVE_INFINITY;
      return [{ operation, invoked, completed: end, isRead: false, version }];
    }
    const seen = outcome === 'failed' || kind === 'delete' ? undefined : shown.get(value);
    const whenever = { operation, invoked, completed: Number.POSITIVE_INFINITY, isRead: false };
    return seen ? [{ ...whenever, version: seen.version }] : [];
  });
  const reads = ofKey.reads.map(({ operation, invoked, completed, version }) => ({
    operation,
    invoked,
    completed,
    isRead: true,
    version: version === 0 ? undefined : version,
  }));
  return [...writes, ...reads];
}

function violation(columns: Columns, { key, earlier, later }: Clash): GuaranteeViolation {
  const [known, act] = [columns.operation(earlier.operation), columns.operation(later.operation)];
  const newer = state(key, earlier.version ?? 0);
  const demand = later.isRead
    ? `what is read afterwards must show ${newer} or newer`
    : `what is written afterwards must be newer than ${newer}`;
  return breach(columns, [earlier, later], `${told(known)}, ${demand}`, told(act));
}
