import { groundsOf, operationsAt, stateOf, toldProof } from './argument.ts';
import { int, isEvidence, isWrite, itemsOf, real } from './columns.ts';
import type { Guarantee, History, Violation } from './history.ts';
import { told } from './phrases.ts';
import { Newest, provenBy, satisfiedBy, type Trace, traceOf } from './trace.ts';

export const readYourWrites: Guarantee = {
  id: 'read-your-writes',
  title: 'Read your writes',
  meaning: 'A read shows what the same client wrote before, or something newer.',
  check: (history) => olderThanItsOwn(history, 'writes'),
};

export const monotonicReads: Guarantee = {
  id: 'monotonic-reads',
  title: 'Monotonic reads',
  meaning: 'A read shows what the same client saw before, or something newer.',
  check: (history) => olderThanItsOwn(history, 'reads'),
};

/**
 * Two of the four session guarantees of Terry et al. (Session Guarantees for Weakly Consistent Replicated Data, 1994).
 *
 * Broken by a read and an operation that its session had behind it (an acknowledged write for the one guarantee, a read
 * for the other), where the read shows an older version of a key than the operation proves. A sighting of nothing is as
 * new, and proves as much, as Trace says.
 */
function olderThanItsOwn(history: History, bindingKind: 'reads' | 'writes'): Violation | undefined {
  const trace = traceOf(history);
  if (trace.behind.size === 0) return undefined;
  const { columns, sessions } = trace;
  const binding = new Newest(columns.keys.count);
  let first: number | undefined;
  for (let session = 0; session < columns.sessions.count; session += 1) {
    binding.nextSession();
    for (let nth = int(sessions.first, session); nth < int(sessions.first, session + 1); nth += 1) {
      const operation = int(sessions.members, nth);
      if (!isEvidence(columns, operation)) continue;
      const isBinding = isWrite(columns, operation) === (bindingKind === 'writes');
      if (!isWrite(columns, operation) && isBehind(trace, binding, operation)) {
        if (first === undefined || real(columns.invoked, operation) < real(columns.invoked, first))
          first = operation;
        break;
      }
      const end = int(columns.firstItem, operation + 1);
      for (let item = int(columns.firstItem, operation); isBinding && item < end; item += 1)
        binding.raise(int(columns.key, item), provenBy(trace, item));
    }
  }
  return first === undefined ? undefined : violation(trace, first, bindingKind);
}

function isBehind(trace: Trace, binding: Newest, operation: number): boolean {
  const { firstItem, key } = trace.columns;
  for (let item = int(firstItem, operation); item < int(firstItem, operation + 1); item += 1) {
    const bound = binding.get(int(key, item));
    if (bound > 0 && satisfiedBy(trace, item, operation) < bound) return true;
  }
  return false;
}

/** The first operation that proves what the read lacks, and the read. */
function violation(trace: Trace, read: number, bindingKind: 'reads' | 'writes'): Violation {
  const { columns, sessions } = trace;
  for (let place = int(sessions.first, int(columns.session, read)); ; place += 1) {
    const earlier = int(sessions.members, place);
    if (earlier === read) throw new Error(`operation ${read} is not behind its own session`);
    if (!isEvidence(columns, earlier) || isWrite(columns, earlier) !== (bindingKind === 'writes')) continue;
    const newer = itemsOf(columns, earlier).find((item) =>
      itemsOf(columns, read).some(
        (seen) =>
          int(columns.key, seen) === int(columns.key, item) &&
          satisfiedBy(trace, seen, read) < provenBy(trace, item),
      ),
    );
    if (newer === undefined) continue;
    const slot = int(trace.slot, newer);
    const operation = columns.operation(read);
    return {
      operations: operationsAt(trace, [...groundsOf(trace, earlier, slot), earlier, read]),
      because: `Because ${toldProof(trace, earlier)}, what ${operation.session} reads later must show ${stateOf(trace, slot)} or newer.`,
      however: `However, ${told(operation)}.`,
    };
  }
}
