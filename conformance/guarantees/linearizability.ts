import { type Checker, type Evidence, evidenceIn, isRead, type KeyVersion, versionsOf } from './history.ts';
import { state, told } from './phrases.ts';

/** Where an operation must stand in the order of everything that happened to its key: a read, after its write. */
const rank = (operation: Evidence, { version }: KeyVersion): number =>
  2 * version + (isRead(operation) ? 1 : 0);

/**
 * Linearizability: to everyone, an operation happens at one moment between its start and its answer (Herlihy and
 * Wing, 1990). It is a property of each key alone.
 *
 * The database numbers the versions, so the order of writes is known and nothing has to be searched: real time
 * forbids that an operation which was complete has a later place than one that had not begun. If no two operations
 * clash in this way, ordering by place, then by start, is a linearization: no cycle can lead back from a later place
 * to an earlier one.
 */
export const linearizability: Checker = (operations) => {
  const evidence = evidenceIn(operations);
  for (const later of evidence) {
    for (const earlier of evidence.filter(({ completed }) => completed < later.invoked)) {
      for (const before of versionsOf(earlier)) {
        const clash = versionsOf(later).some(
          (after) => after.key === before.key && rank(later, after) < rank(earlier, before),
        );
        if (!clash) continue;
        const demand = isRead(later)
          ? `what is read afterwards must show ${state(before)} or newer`
          : `what is written afterwards must be newer than ${state(before)}`;
        return {
          operations: [earlier, later],
          why: `Because ${told(earlier)}, ${demand}; however, ${told(later)}.`,
        };
      }
    }
  }
  return undefined;
};
