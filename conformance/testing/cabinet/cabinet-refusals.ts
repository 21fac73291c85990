import type { Context } from 'hono';

/** Code: status and what to do next. */
const CATALOGUE = {
  sign_in: [401, 'Sign in again.'],
  other_host: [421, 'Use the host of your own cabinet.'],
  no_such_page: [404, 'See the documentation of the cabinet.'],
  no_such_file: [404, 'List the drawer.'],
  bad_name: [400, 'Use 1 to 128 letters, digits, dots, hyphens, underscores or tildes.'],
  bad_search: [400, 'Use one field, sort, limit and from.'],
  bad_content: [400, 'Send {"content": {...}} as JSON.'],
  bad_revision: [400, 'Send one quoted revision in If-Match, or * in If-None-Match of a PUT.'],
  name_taken: [409, 'Choose another name.'],
  revision_differs: [412, 'Read the file again.'],
  too_big: [413, 'Split the file.'],
  database_busy: [503, 'Try again later.'],
  perhaps_written: [503, 'Read the file to learn whether it was written.'],
} as const satisfies Record<string, readonly [status: number, next: string]>;

/** An expected failure: everything but `perhaps_written` means that nothing happened. */
export class Refusal extends Error {
  readonly code: keyof typeof CATALOGUE;

  constructor(code: keyof typeof CATALOGUE, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** A problem document (RFC 9457). What is no refusal came from the database. */
export function refused(error: Error, c: Context): Response {
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  const { code } =
    error instanceof Refusal ? error : ({ code: isRead ? 'database_busy' : 'perhaps_written' } as const);
  const [status, next] = CATALOGUE[code];
  c.header('content-type', 'application/problem+json');
  if (status === 401) c.header('www-authenticate', 'Cookie');
  if (status === 503) c.header('retry-after', '1');
  const problem = { type: 'about:blank', title: code.replaceAll('_', ' '), status, code, next };
  return c.body(JSON.stringify({ ...problem, definite: code !== 'perhaps_written' }), status);
}
