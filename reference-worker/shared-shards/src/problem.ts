/**
 * Every error a client can meet. RFC 9457 problem documents are rendered from this table, so that a code,
 * its status and its next step are written once.
 */
const catalogue = {
  unauthenticated: [401, 'Not authenticated', 'Send Authorization: Bearer with a valid HS256 token.'],
  account_unavailable: [403, 'Account unavailable', 'Ask your administrator whether the account is active.'],
  host_mismatch: [421, 'Host and token disagree', "Use the account's own hostname with its own token."],
  unknown_route: [404, 'No such route', 'See the HTTP contract for methods and paths.'],
  unknown_collection: [404, 'No such collection', 'Use groups, users, clients, finances or notes.'],
  not_found: [404, 'No such document', 'Check the id, or list the collection.'],
  malformed_json: [400, 'Body is not JSON', 'Send one JSON object in UTF-8 as the request body.'],
  lossy_json: [400, 'Body would lose something', 'Send it as a text, and each name once.'],
  unsupported_charset: [415, 'Unsupported charset', 'Send UTF-8, which is what JSON is (RFC 8259).'],
  invalid_request: [400, 'Body has the wrong shape', 'Send what the detail asks for.'],
  invalid_id: [400, 'Invalid document id', 'Use 1 to 128 letters, digits and - . _ ~, no dot in front.'],
  invalid_query: [400, 'Invalid list query', 'Use one filter on an indexed field, sort, limit and cursor.'],
  invalid_cursor: [400, 'Cursor not valid here', 'Start the list again without a cursor.'],
  invalid_precondition: [400, 'Invalid precondition', 'Send one quoted version such as "3", or *.'],
  field_too_long: [400, 'Indexed field too long', 'Keep indexed fields within 200 characters.'],
  id_taken: [409, 'Id already used', 'Read the document, or choose another id.'],
  precondition_failed: [412, 'Document has changed', 'Read it again and repeat the change.'],
  too_large: [413, 'Too large', 'Split the document or the request.'],
  shard_unavailable: [503, 'Shard not available here', 'Retry later; the account may be moving.'],
  database_unavailable: [503, 'Database did not answer', 'Retry the read.'],
  overloaded: [503, 'Database overloaded', 'Retry later and more slowly.'],
  outcome_unknown: [503, 'Outcome unknown', 'Read the document to learn whether the write happened.'],
  internal: [500, 'Internal error', 'Retry; report it with the time if it goes on.'],
} as const satisfies Record<string, readonly [status: number, title: string, next: string]>;

export type ProblemCode = keyof typeof catalogue;

/** An expected failure. `definite` answers one question: did the write certainly not happen? */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly definite: boolean;

  constructor(
    code: ProblemCode,
    detail: string,
    { definite = true, cause }: { definite?: boolean; cause?: unknown } = {},
  ) {
    super(detail, { cause });
    this.code = code;
    this.status = catalogue[code][0];
    this.definite = definite;
  }
}

/** Renders a problem as an RFC 9457 response. */
export function problemResponse({ code, status, message, definite }: Problem): Response {
  const [, title, next] = catalogue[code];
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (status === 401) headers.set('www-authenticate', 'Bearer');
  if (status === 503) headers.set('retry-after', '1');
  const problem = { type: 'about:blank', status, title, code, detail: message, definite, next };
  return new Response(JSON.stringify(problem), { status, headers });
}
