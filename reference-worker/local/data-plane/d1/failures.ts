/** D1's own words for what can happen to a request (developers.cloudflare.com/d1/observability/debug-d1). */

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

export const storageReset = (): D1Failure =>
  new D1Failure('Internal error in D1 DB storage caused object to be reset.', { retryable: true });

/** A query that takes longer than D1 allows: for a read it is the computing, for a write the storing. */
export const tookTooLong = (access: 'read' | 'write'): D1Failure =>
  new D1Failure(
    access === 'read'
      ? 'D1 DB exceeded its CPU time limit and was reset.'
      : 'D1 DB storage operation exceeded timeout which caused object to be reset.',
    { retryable: false },
  );

/** No text is documented for a bookmark that a replica does not reach; this one is the nearest. */
export const bookmarkNotReached = (): D1Failure => overloaded('queued-too-long');
