/**
 * What clients did and were told, in the form that every checker reads. Positions of sessions (bookmarks) are not part
 * of it: a target's own token proves nothing about the target (tlaplus/azure-cosmos-tla#3).
 */
export interface RecordedHistory {
  readonly operations: readonly RecordedOperation[];
}

export type RecordedOperation = RecordedWrite | RecordedRead;

interface Invocation {
  /** One client: it waits for each answer before it goes on. */
  readonly session: string;
  /** Where the request entered, as in `LHR`. */
  readonly pop: string;
  /** What is complete before another operation is invoked has the smaller number. */
  readonly invoked: number;
  readonly completed: number;
}

/** One request that changes one document, or several in a batch. */
export interface RecordedWrite extends Invocation {
  readonly kind: 'write';
  /**
   * - `ok`: acknowledged
   * - `failed`: certainly did not happen
   * - `unknown`: may have happened, or may still happen at any time after `invoked`
   */
  readonly outcome: 'ok' | 'failed' | 'unknown';
  readonly effects: readonly Effect[];
}

export interface Effect {
  readonly kind: 'create' | 'put' | 'patch' | 'delete';
  readonly key: string;
  /** Unique in the history: a read that shows it shows this write. Of a delete, nothing ever shows it. */
  readonly value: string;
  /** The version that If-Match demanded. */
  readonly expected?: number | undefined;
  /** As acknowledged: the one before plus one. Undefined unless `ok`. */
  readonly version?: number | undefined;
}

/** One request that shows documents; whatever one response shows, it shows together. */
export interface RecordedRead extends Invocation {
  readonly kind: 'read';
  /** A read that was not answered has no outcome worth recording: it shows nothing. */
  readonly seen: readonly Seen[];
  /**
   * Invoked when all that was acknowledged before it had settled, and asked so that it had to show it: what is missing
   * here is lost, not late.
   */
  readonly strong?: boolean | undefined;
}

export interface Seen {
  readonly key: string;
  /** 0 when the key was not there: it never was, or was deleted; a response does not say which. */
  readonly version: number;
  /** The value that the document held; undefined when it was not there. */
  readonly value?: string | undefined;
  /** Where a checker decides which version a missing document was at (see hidden-writes.ts): that of its deletion, or 0. */
  readonly goneAt?: number | undefined;
  /** What answered, as far as the target says: `KV`, `WEUR replica`. */
  readonly from?: string | undefined;
}

/** What of an operation concerns one key. */
export const partOf = (operation: RecordedOperation, key: string): RecordedOperation =>
  operation.kind === 'read'
    ? { ...operation, seen: operation.seen.filter((each) => each.key === key) }
    : { ...operation, effects: operation.effects.filter((each) => each.key === key) };

/** What happens to one key. */
export const historyOfKey = ({ operations }: RecordedHistory, key: string): RecordedHistory => ({
  operations: operations
    .map((operation) => partOf(operation, key))
    .filter((part) => (part.kind === 'read' ? part.seen : part.effects).length > 0),
});

export const isRead = (operation: RecordedOperation): operation is RecordedRead => operation.kind === 'read';

/** A guarantee that histories can break. */
export interface Guarantee {
  /** As in `read-your-writes`. */
  readonly id: string;
  readonly title: string;
  /** What it demands, as a sentence. */
  readonly meaning: string;
  check(history: RecordedHistory): GuaranteeViolation | undefined;
}

/** Why a history breaks a guarantee. */
export interface GuaranteeViolation {
  /** The operations of the argument, in its order. */
  readonly operations: readonly RecordedOperation[];
  /** What was known, and what follows from it: `Because A wrote x version 2 ..., ...`. */
  readonly because: string;
  /** What was seen instead: `However, A read x version 1 ...`. */
  readonly however: string;
}
