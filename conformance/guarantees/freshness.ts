import {
  type Checker,
  type Evidence,
  evidenceIn,
  isEarlierInSession,
  isRead,
  versionsOf,
} from './history.ts';
import { state, told } from './phrases.ts';

/**
 * Read your writes: a read shows what the same session wrote before, or something newer (Terry et al., Session
 * Guarantees for Weakly Consistent Replicated Data, 1994).
 */
export const readYourWrites: Checker = (operations) => olderThanItsOwn(operations, 'write');

/** Monotonic reads: a read shows what the same session saw before, or something newer (Terry et al., 1994). */
export const monotonicReads: Checker = (operations) => olderThanItsOwn(operations, 'read');

/** A read that shows an older version of a key than an earlier operation of its own session proves. */
function olderThanItsOwn(operations: Parameters<Checker>[0], kind: Evidence['kind']): ReturnType<Checker> {
  const evidence = evidenceIn(operations);
  for (const read of evidence.filter(isRead)) {
    for (const earlier of evidence.filter((each) => each.kind === kind && isEarlierInSession(each, read))) {
      const newest = versionsOf(earlier).find(({ key, version }) =>
        read.seen.some((seen) => seen.key === key && seen.version < version),
      );
      if (!newest) continue;
      const why = `Because ${told(earlier)}, what ${read.client} reads later must show ${state(newest)} or newer; however, ${told(read)}.`;
      return { operations: [earlier, read], why };
    }
  }
  return undefined;
}
