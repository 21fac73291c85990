/** D1's own words for what can happen to a request (developers.cloudflare.com/d1/observability/debug-d1). */

/** A first attempt and up to two more, of what only reads (developers.cloudflare.com/d1/best-practices/retry-queries). */
export const D1_READ_ATTEMPTS = 3;

/** The database did not serve the request, and says so. */
export class D1Failure extends Error {
  /** What D1 itself tries again when the request only reads. */
  readonly retryable: boolean;

  constructor(message: string, { retryable }: { readonly retryable: boolean }) {
    super(message);
    this.retryable = retryable;
  }
}

export const overloaded = (reason: 'too-many-queued' | 'queued-too-long'): D1Failure =>
  new D1Failure(
    reason === 'too-many-queued'
      ? 'D1 DB is overloaded. Too many requests queued.'
      : 'D1 DB is overloaded. Requests queued for too long.',
    { retryable: false },
  );

/** The errors that can be planned; two more, of overload, are faults of their own. */
export const D1_ERRORS = [
  'code-updated',
  'starting-up',
  'storage-reset',
  'memory-exceeded',
  'cpu-exceeded',
  'storage-timeout',
  'unresolved',
  'replica-disconnected',
] as const;
export type D1ErrorName = (typeof D1_ERRORS)[number];

interface D1Error {
  readonly text: string;
  /** Where the documents say to retry, D1 itself does so for what only reads; where they say to do less, nobody does. */
  readonly retryable: boolean;
  /** The instance restarts, and who waits for it is told the same. */
  readonly isReset: boolean;
  /** It may come after the commit: the instance was there and at work. */
  readonly mayCommit: boolean;
}

const RESTARTED = { retryable: true, isReset: true, mayCommit: true };
const EXHAUSTED = { retryable: false, isReset: true, mayCommit: true };
const UNREACHABLE = { retryable: true, isReset: false, mayCommit: false };

const errors: Readonly<Record<D1ErrorName, D1Error>> = {
  'code-updated': { text: 'D1 DB reset because its code was updated.', ...RESTARTED },
  'starting-up': {
    text: 'Internal error while starting up D1 DB storage caused object to be reset.',
    ...RESTARTED,
    mayCommit: false,
  },
  'storage-reset': { text: 'Internal error in D1 DB storage caused object to be reset.', ...RESTARTED },
  'memory-exceeded': { text: "D1 DB's isolate exceeded its memory limit and was reset.", ...EXHAUSTED },
  'cpu-exceeded': { text: 'D1 DB exceeded its CPU time limit and was reset.', ...EXHAUSTED },
  'storage-timeout': {
    text: 'D1 DB storage operation exceeded timeout which caused object to be reset.',
    ...EXHAUSTED,
  },
  unresolved: { text: 'Cannot resolve D1 DB due to transient issue on remote node.', ...UNREACHABLE },
  'replica-disconnected': { text: 'Replica disconnected from primary.', ...UNREACHABLE },
};

export const isReset = (name: D1ErrorName): boolean => errors[name].isReset;
export const mayCommit = (name: D1ErrorName): boolean => errors[name].mayCommit;
export const failureOf = (name: D1ErrorName): D1Failure => new D1Failure(errors[name].text, errors[name]);

/** A query that takes longer than D1 allows: for a read it is the computing, for a write the storing. */
export const tookTooLong = (access: 'read' | 'write'): D1Failure =>
  failureOf(access === 'read' ? 'cpu-exceeded' : 'storage-timeout');

/** No text is documented for a bookmark that a replica does not reach; this one is the nearest. */
export const bookmarkNotReached = (): D1Failure => overloaded('queued-too-long');
