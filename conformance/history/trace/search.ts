import { int, isWriteRow, itemsOf, NONE, real } from '../columns/index.ts';
import { inOrderOfStart, missedSince } from './candidates.ts';
import { type Causes, causesOf } from './causes.ts';
import { placeOf, satisfiedBy, type Trace } from './trace.ts';

/**
 * That a session had met a version before it did something else, so that whatever includes the one must include the
 * other.
 */
export interface Link {
  /** The operation that met it. */
  readonly earlier: number;
  /** The slot of what it met. */
  readonly met: number;
  /** The write that was made after it; undefined when it is the operation that was looked at. */
  readonly write: number | undefined;
  /** The slot of what the write made. */
  readonly made: number;
}

interface KeySlot {
  readonly key: number;
  readonly slot: number;
}

interface Met extends KeySlot {
  readonly earlier: number;
}

/** What must be included, and why. */
interface Demand extends KeySlot {
  /** The last link of the chain that leads to it. */
  readonly link: Link | undefined;
  readonly before: Demand | undefined;
}

/** What binds: which operations of its own session a write, or the operation that is looked at, must come after. */
export interface Binding {
  readonly binds: (earlier: number) => boolean;
  /** Whether the operation that is looked at must include what its session met before, or only what comes with what it shows. */
  readonly inSession: boolean;
}

/**
 * Looks for something that an operation must include and does not, nearest first.
 *
 * @returns the links that lead to it, from the operation on; undefined when nothing is missing
 */
export function missingFrom(trace: Trace, operation: number, binding: Binding): readonly Link[] | undefined {
  const { columns, versions } = trace;
  const causes = causesOf(trace);
  const satisfied = new Map<number, number>();
  let since = Number.POSITIVE_INFINITY;
  const demands: Demand[] = [];
  for (const item of itemsOf(columns, operation)) {
    const key = int(columns.key, item);
    satisfied.set(key, Math.max(satisfied.get(key) ?? 0, satisfiedBy(trace, item, operation)));
    since = Math.min(since, missedSince(trace, causes.outdatedAt, item, operation));
    const slot = boundSlot(trace, item, binding);
    if (slot !== NONE) demands.push({ key, slot, link: undefined, before: undefined });
  }
  const isMissing = ({ key, slot }: KeySlot): boolean =>
    int(versions.version, slot) > (satisfied.get(key) ?? Number.POSITIVE_INFINITY);
  /** Demands all that was met before `write`, or before the operation itself, up to the first that is missing. */
  const demandEarlier = (
    write: number | undefined,
    made: number,
    before: Demand | undefined,
  ): Demand | undefined => {
    for (const met of earlierInSession(trace, causes, write ?? operation, isMissing, since, binding)) {
      if (!binding.binds(met.earlier)) continue;
      const { key, slot, earlier } = met;
      const demand = { key, slot, link: { earlier, met: slot, write, made }, before };
      if (isMissing(demand)) return demand;
      demands.push(demand);
    }
    return undefined;
  };
  const own =
    demands.find(isMissing) ?? (binding.inSession ? demandEarlier(undefined, NONE, undefined) : undefined);
  if (own) return linksTo(own);
  const followed = new Set<number>();
  // A list grows while it is walked: breadth first.
  for (const demand of demands) {
    for (const { write, slot } of writesUpTo(trace, causes, demand, since)) {
      if (followed.has(write)) continue;
      followed.add(write);
      const missing = demandEarlier(write, slot, demand);
      if (missing) return linksTo(missing);
    }
  }
  return undefined;
}

/**
 * The slot that an item proves. A missing document proves a deletion to its own session only, which had seen or written
 * the document before: where that does not bind, it may as well never have been there.
 */
const boundSlot = ({ columns, slot }: Trace, item: number, { inSession }: Binding): number =>
  inSession || int(columns.version, item) !== 0 ? int(slot, item) : NONE;

/** What a session met before an operation, the oldest first; without what cannot lead to a proof from `since` on. */
function earlierInSession(
  trace: Trace,
  { isInOrder, reach, reachOf }: Causes,
  operation: number,
  isMissing: (met: KeySlot) => boolean,
  since: number,
  binding: Binding,
): Met[] {
  const { columns, sessions, times } = trace;
  const start = int(sessions.first, int(columns.session, operation));
  const met: Met[] = [];
  for (let nth = placeOf(trace, operation) - 1; nth >= start; nth -= 1) {
    const earlier = int(sessions.members, nth);
    if (isInOrder && real(times.completed, earlier) < since) break;
    for (const item of itemsOf(columns, earlier).reverse()) {
      const [key, slot] = [int(columns.key, item), boundSlot(trace, item, binding)];
      if (slot === NONE) continue;
      if (real(reach, slot) >= since || isMissing({ key, slot })) met.push({ earlier, key, slot });
    }
    // All that was met before it was proven before it began.
    if (isWriteRow(columns, earlier) && reachOf(earlier) < since) break;
  }
  return met.reverse();
}

/** The writes that a version includes, in the order of their start; without those that follow nothing from `since` on. */
function writesUpTo(
  { times, versions }: Trace,
  { makersOf, reach, reachOf }: Causes,
  { key, slot }: KeySlot,
  since: number,
): { readonly write: number; readonly slot: number }[] {
  const slotOfWrite = new Map<number, number>();
  for (let each = slot; each >= int(versions.first, key) && real(reach, each) >= since; each -= 1) {
    for (const write of makersOf(each)) if (reachOf(write) >= since) slotOfWrite.set(write, each);
  }
  return inOrderOfStart(times.invoked, [...slotOfWrite.keys()]).map((write) => ({
    write,
    slot: slotOfWrite.get(write) ?? slot,
  }));
}

function linksTo(demand: Demand): Link[] {
  const links: Link[] = [];
  for (let each: Demand | undefined = demand; each?.link; each = each.before) links.unshift(each.link);
  return links;
}
