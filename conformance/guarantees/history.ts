import type { Pop } from '../../reference-worker/local/topology.ts';

/** A version of a key, as a read showed it; 0 when the key was not there. */
export interface Seen {
  readonly key: string;
  readonly version: number;
  /** What answered, as in `KV` or `WEUR replica`. */
  readonly from: string;
}

interface Invocation {
  /** One client is one session: it waits for each answer before it goes on. */
  readonly client: string;
  readonly pop: Pop;
  /** Logical times. What is complete before another operation is invoked has the smaller number. */
  readonly invoked: number;
  readonly completed: number;
}

export interface Write extends Invocation {
  readonly kind: 'write';
  readonly key: string;
  /**
   * Assigned by the database: the one before plus one, from 1 on, so no two writes of a key share one. Undefined
   * when the reply was lost: such a write may or may not have happened, and nothing is demanded of it (design,
   * section 5, rule 8).
   */
  readonly version: number | undefined;
}

/** One request, hence one page: whatever it shows, it shows together. */
export interface Read extends Invocation {
  readonly kind: 'read';
  readonly seen: readonly Seen[];
}

export type Operation = Write | Read;

/** A write that is known to have happened. */
export type Commit = Write & { readonly version: number };

export const isRead = (operation: Operation): operation is Read => operation.kind === 'read';

export const isCommit = (operation: Operation): operation is Commit =>
  operation.kind === 'write' && operation.version !== undefined;

/** What a checker can argue with. */
export type Evidence = Read | Commit;

export const evidenceIn = (operations: readonly Operation[]): Evidence[] =>
  operations.filter((operation) => isRead(operation) || isCommit(operation));

export interface KeyVersion {
  readonly key: string;
  readonly version: number;
}

/** The versions that an operation proves: what a read showed, or what a write made. */
export const versionsOf = (operation: Evidence): readonly KeyVersion[] =>
  isRead(operation) ? operation.seen : [operation];

/** Whether the same client had `earlier` behind it when it started `later`. */
export const isEarlierInSession = (earlier: Operation, later: Operation): boolean =>
  earlier.client === later.client && earlier.invoked < later.invoked;

/** Which operations contradict a guarantee, in the order of the argument, and the argument. */
export interface Witness {
  readonly operations: readonly Evidence[];
  /** A sentence: because ..., ... must ...; however, .... */
  readonly why: string;
}

/** Looks for a contradiction between a history and one guarantee. */
export type Checker = (operations: readonly Operation[]) => Witness | undefined;
