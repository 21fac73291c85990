import { int, isEvidence, isWriteRow, itemsOf, real } from '../columns/index.ts';
import type { Guarantee, GuaranteeViolation, RecordedHistory } from '../history.ts';
import { told } from '../phrases.ts';
import {
  groundsOf,
  Newest,
  operationsAt,
  satisfiedBy,
  stateOf,
  type Trace,
  toldProof,
  traceOf,
} from '../trace/index.ts';
import { decidedByKey } from './hidden-writes.ts';

export const readYourWrites: Guarantee = {
  id: 'read-your-writes',
  title: 'Read your writes',
  meaning: 'A read shows what the same client wrote before, or something newer.',
  check: decidedByKey((history) => olderThanItsOwn(history, 'writes')),
};

export const monotonicReads: Guarantee = {
  id: 'monotonic-reads',
  title: 'Monotonic reads',
  meaning: 'A read shows what the same client saw before, or something newer.',
  check: decidedByKey((history) => olderThanItsOwn(history, 'reads')),
};

/**
 * Two of the four session guarantees of Terry et al. (Session Guarantees for Weakly Consistent Replicated Data, 1994).
 *
 * Broken by a read and an operation that its session had behind it (an acknowledged write for the one guarantee, a read
 * for the other), where the read shows an older version of a key than the operation proves. An observation of nothing is as
 * new, and proves as much, as Trace says.
 */
function olderThanItsOwn(
  history: RecordedHistory,
  bindingKind: 'reads' | 'writes',
): GuaranteeViolation | undefined {
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
      const isBinding = isWriteRow(columns, operation) === (bindingKind === 'writes');
      if (!isWriteRow(columns, operation) && isBehind(trace, binding, operation)) {
        if (first === undefined || real(columns.invoked, operation) < real(columns.invoked, first))
          first = operation;
        break;
      }
      const end = int(columns.firstItem, operation + 1);
      for (let item = int(columns.firstItem, operation); isBinding && item < end; item += 1)
        binding.raise(int(columns.key, item), provenBy(trace, binding, item, operation));
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

/**
 * The version that an item proves to its session. An observation of nothing proves the oldest that it may stand for and that is
 * no older than what bound the session before it: only that is known to those who are bound by nothing else.
 */
function provenBy({ columns, deletions }: Trace, binding: Newest, item: number, operation: number): number {
  const version = int(columns.version, item);
  if (version !== 0) return Math.max(version, 0);
  const key = int(columns.key, item);
  return deletions.oldestFrom(binding.get(key), key, real(columns.completed, operation)) ?? 0;
}

/** The first operation that proves what the read lacks, and the read. */
function violation(trace: Trace, read: number, bindingKind: 'reads' | 'writes'): GuaranteeViolation {
  const { columns, sessions, versions } = trace;
  const binding = new Newest(columns.keys.count);
  binding.nextSession();
  const satisfied = new Map<number, number>();
  for (const item of itemsOf(columns, read))
    satisfied.set(
      int(columns.key, item),
      Math.min(
        satisfied.get(int(columns.key, item)) ?? Number.POSITIVE_INFINITY,
        satisfiedBy(trace, item, read),
      ),
    );
  for (let place = int(sessions.first, int(columns.session, read)); ; place += 1) {
    const earlier = int(sessions.members, place);
    if (earlier === read) throw new Error(`operation ${read} is not behind its own session`);
    if (!isEvidence(columns, earlier) || isWriteRow(columns, earlier) !== (bindingKind === 'writes'))
      continue;
    const slots = new Map<number, number>();
    for (const item of itemsOf(columns, earlier)) {
      const [key, proven] = [int(columns.key, item), provenBy(trace, binding, item, earlier)];
      slots.set(item, versions.slotUpTo(key, proven));
      binding.raise(key, proven);
    }
    const slot = [...slots].find(
      ([item, own]) =>
        int(versions.version, own) > (satisfied.get(int(columns.key, item)) ?? Number.POSITIVE_INFINITY),
    )?.[1];
    if (slot === undefined) continue;
    const operation = columns.operation(read);
    return {
      operations: operationsAt(trace, [...groundsOf(trace, earlier, slot), earlier, read]),
      because: `Because ${toldProof(trace, earlier, slots)}, what ${operation.session} reads later must show ${stateOf(trace, slot)} or newer.`,
      however: `However, ${told(operation)}.`,
    };
  }
}
