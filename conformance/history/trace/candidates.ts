import { int, isEvidence, isWriteRow, NONE, real } from '../columns/index.ts';
import { satisfiedBy, type Trace } from './trace.ts';

/** The times that tell what to look at closely: see Causes. */
export interface Times {
  readonly outdatedAt: Float64Array;
  readonly reach: Float64Array;
}

/** Operations that may show less than they must, in the order in which they were invoked. */
export interface Candidates {
  /** They may lack what comes with something that they show or make themselves. */
  readonly alone: readonly number[];
  /** They may lack what comes with something that their session has met. */
  readonly inSession: readonly number[];
}

/** What one walk through all sessions has found; the candidates are in no order yet. */
export interface Round {
  readonly alone: number[];
  readonly inSession: number[];
  /** Whether a write follows something later than was known: then there must be another round. */
  isRaised: boolean;
  /** Whether a session has met what was invoked only later. */
  isAhead: boolean;
}

/**
 * Follows each session, with the latest start of all writes that it has met.
 *
 * @param raised writes that follow something later than themselves, and how late; takes up those that are found
 */
export function followSessions(
  trace: Trace,
  { outdatedAt, reach }: Times,
  raised: Map<number, number>,
): Round {
  const {
    columns,
    sessions,
    slot,
    behind,
    times: { invoked, completed },
  } = trace;
  const round: Round = { alone: [], inSession: [], isRaised: false, isAhead: false };
  for (let session = 0; session < columns.sessions.count; session += 1) {
    let met = Number.NEGATIVE_INFINITY;
    for (let nth = int(sessions.first, session); nth < int(sessions.first, session + 1); nth += 1) {
      const operation = int(sessions.members, nth);
      if (isWriteRow(columns, operation) && met > real(invoked, operation)) {
        round.isRaised ||= met > (raised.get(operation) ?? Number.NEGATIVE_INFINITY);
        raised.set(operation, met);
      }
      if (!isEvidence(columns, operation)) continue;
      let own = Number.NEGATIVE_INFINITY;
      let missed = Number.POSITIVE_INFINITY;
      const end = int(columns.firstItem, operation + 1);
      for (let item = int(columns.firstItem, operation); item < end; item += 1) {
        if (int(slot, item) !== NONE) own = Math.max(own, real(reach, int(slot, item)));
        missed = Math.min(missed, missedSince(trace, outdatedAt, item, operation));
      }
      met = Math.max(met, own);
      round.isAhead ||= met > real(completed, operation);
      if (missed <= own) round.alone.push(operation);
      if (missed <= met || behind.has(operation)) round.inSession.push(operation);
    }
  }
  return round;
}

/** When something newer of its key than an item satisfies was first proven; infinite when nothing is. */
export function missedSince(trace: Trace, outdatedAt: Float64Array, item: number, operation: number): number {
  const { columns, versions, slot } = trace;
  if (int(columns.version, item) > 0) return real(outdatedAt, int(slot, item));
  const satisfied = satisfiedBy(trace, item, operation);
  return real(outdatedAt, versions.slotUpTo(int(columns.key, item), satisfied));
}

/** Sorts by when they were invoked. */
export const inOrderOfStart = (invoked: Float64Array, operations: number[]): number[] =>
  operations.sort((a, b) => real(invoked, a) - real(invoked, b) || a - b);
