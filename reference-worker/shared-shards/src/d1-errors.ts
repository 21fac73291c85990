import pRetry from 'p-retry';
import { Problem } from './problem.ts';

/**
 * What a D1 error means, told by substring because prefixes differ between code paths
 * (developers.cloudflare.com/d1/observability/debug-d1/):
 * - retryable: the database or the way to it was interrupted; a write may or may not have happened
 * - overloaded: asking again at once makes it worse; whether a write happened is not documented
 * - definite: SQLite refused the statement, and the transaction is rolled back
 * - indefinite: everything else, resets by resource limits included
 */
export type D1ErrorKind = 'retryable' | 'overloaded' | 'definite' | 'indefinite';

const substrings: readonly (readonly [D1ErrorKind, readonly string[]])[] = [
  ['overloaded', ['D1 DB is overloaded']],
  [
    'retryable',
    [
      'Network connection lost',
      'storage caused object to be reset',
      'reset because its code was updated',
      'starting up D1 DB storage',
      'Cannot resolve D1 DB due to transient issue',
      'Replica disconnected from primary',
      "Can't read from request stream because client disconnected",
    ],
  ],
  [
    'definite',
    [
      'constraint failed',
      'bad JSON path',
      'SQLITE_',
      'D1_TYPE_ERROR',
      'Exceeded maximum DB size',
      'Statement too long',
      'too many SQL variables',
      'string or blob too big',
      'No SQL statements detected',
    ],
  ],
];

export const kindOfD1Error = (message: string): D1ErrorKind =>
  substrings.find(([, texts]) => texts.some((text) => message.includes(text)))?.[0] ?? 'indefinite';

/** Reads only: a write whose reply was lost may have happened. 1 s keeps a user from waiting in vain. */
const RETRY = { retries: 2, minTimeout: 20, maxTimeout: 250, randomize: true, maxRetryTime: 1_000 } as const;

/** Runs a read, again on a retryable error, with jitter and within a budget. @throws Problem */
export async function retryingRead<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await pRetry(read, {
      ...RETRY,
      shouldRetry: ({ error }) => kindOfD1Error(error.message) === 'retryable',
    });
  } catch (error) {
    throw problemOf(error, 'read');
  }
}

/** Turns a D1 error into the problem that a client sees; SQL stays in the log. Any other error stays itself. */
export function problemOf(cause: unknown, access: 'read' | 'write'): unknown {
  const message = cause instanceof Error ? cause.message : String(cause);
  const kind = kindOfD1Error(message);
  if (kind === 'indefinite' && !message.includes('D1_')) return cause;
  if (message.includes('constraint failed: body_size') || message.includes('string or blob too big'))
    return new Problem('too_large', 'The patched body would pass 1,980,000 bytes.', { cause });
  if (message.includes('constraint failed: indexed_fields'))
    return new Problem('field_too_long', 'An indexed field has more than 200 characters.', { cause });
  if (message.includes('malformed JSON') || message.includes('constraint failed: json_valid'))
    return new Problem('invalid_request', 'The body is nested over 1,000 levels deep.', { cause });
  const definite = access === 'read' || kind === 'definite';
  if (kind === 'overloaded')
    return new Problem('overloaded', 'The database has too much to do.', { definite, cause });
  if (message.includes('the account is moving'))
    return new Problem('shard_unavailable', 'The account is moving to another shard.', { cause });
  if (kind === 'definite')
    return new Problem('internal', 'The database refused the statement.', { definite, cause });
  if (access === 'read')
    return new Problem('database_unavailable', 'The database did not answer in time.', { cause });
  return new Problem('outcome_unknown', 'No reply: the write may have happened.', { definite, cause });
}
