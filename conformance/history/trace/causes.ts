import { int, NONE, real } from '../columns/index.ts';
import { type Candidates, followSessions, inOrderOfStart, type Round } from './candidates.ts';
import { Makers } from './makers.ts';
import type { Trace } from './trace.ts';

/**
 * What precedes what, as far as times alone can tell, so that only few operations have to be looked at closely.
 *
 * If an operation must include a version because of a chain of writes, whoever made one of these writes had met the
 * version before: some proof of it was complete when that write was invoked. So an operation whose writes were all invoked
 * before the first proof of what it does not show breaks nothing.
 */
export interface Causes {
  /** Of each slot: when a proof of a newer version of the key was first complete. */
  readonly outdatedAt: Float64Array;
  /** Of each slot: the latest start of a write among those that this version includes, and that they follow. */
  readonly reach: Float64Array;
  readonly candidates: Candidates;
  /** Whether nobody has met what was invoked only later. */
  readonly isInOrder: boolean;
  /** Who made the version of a slot: acknowledged, or seen to have been made. More than one is a fault of the history. */
  makersOf(slot: number): readonly number[];
  /** The latest start of a write among those that this one follows, itself included. */
  reachOf(write: number): number;
}

const known = new WeakMap<Trace, Causes>();

/** The causes of a trace; made once. */
export function causesOf(trace: Trace): Causes {
  const found = known.get(trace);
  if (found) return found;
  const {
    versions,
    times: { invoked },
  } = trace;
  const makers = new Makers(trace);
  // Until something that was read before it was written proves otherwise.
  const raised = new Map<number, number>();
  const reachOf = (write: number): number => raised.get(write) ?? real(invoked, write);
  const reach = new Float64Array(versions.count);
  const times = { outdatedAt: outdatedAt(trace), reach };
  let round: Round;
  let isInOrder = true;
  do {
    makers.reach(reach, versions, reachOf);
    round = followSessions(trace, times, raised);
    isInOrder &&= !round.isAhead;
  } while (round.isRaised);
  const candidates = {
    alone: inOrderOfStart(invoked, round.alone),
    inSession: inOrderOfStart(invoked, round.inSession),
  };
  const causes = { ...times, candidates, isInOrder, makersOf: (slot: number) => makers.of(slot), reachOf };
  known.set(trace, causes);
  return causes;
}

function outdatedAt({ columns, versions, slot, times: { completed } }: Trace): Float64Array {
  const at = new Float64Array(versions.count).fill(Number.POSITIVE_INFINITY);
  for (let operation = 0; operation < columns.operationCount; operation += 1) {
    const end = int(columns.firstItem, operation + 1);
    for (let item = int(columns.firstItem, operation); item < end; item += 1) {
      const own = int(slot, item);
      if (own !== NONE) at[own] = Math.min(real(at, own), real(completed, operation));
    }
  }
  for (let key = 0; key < columns.keys.count; key += 1) {
    let earliest = Number.POSITIVE_INFINITY;
    for (let own = int(versions.first, key + 1) - 1; own >= int(versions.first, key); own -= 1) {
      const proven = real(at, own);
      at[own] = earliest;
      earliest = Math.min(earliest, proven);
    }
  }
  return at;
}
