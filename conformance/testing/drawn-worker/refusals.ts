import type { Context } from 'hono';
import type { App } from './context.ts';

const REFUSALS = {
  not_signed_in: [401, 'Send a token.'],
  other_host: [403, 'Ask at the host of your account.'],
  no_such_page: [404, 'Look at the paths that there are.'],
  is_absent: [404, 'Look for another document.'],
  is_gone: [410, 'Look for another document.'],
  is_taken: [409, 'Choose another id.'],
  condition_false: [412, 'Read the document again.'],
  bad_condition: [400, 'Send entity tags, or *.'],
  bad_search: [400, 'Search by what there is.'],
  bad_id: [400, 'Use letters and digits.'],
  // RFC 9110, 15.5.1 and 15.5.21: 422 is for content whose syntax is right.
  broken_json: [400, 'Send JSON.'],
  bad_content: [422, 'Send what can be kept here.'],
  too_big: [413, 'Send less.'],
  not_now: [503, 'Come back later.'],
} as const;

export class Refusal extends Error {
  readonly code: keyof typeof REFUSALS;
  constructor(code: keyof typeof REFUSALS) {
    super(code);
    this.code = code;
  }
}

/** Every error, as a problem document (RFC 9457) or as plain JSON. What is no refusal may have been done. */
export function refused(error: unknown, c: Context<App>): Response {
  const code = error instanceof Refusal ? error.code : 'not_now';
  const [status, next] = REFUSALS[code];
  if (status === 401) c.header('www-authenticate', 'Bearer');
  if (status === 503) c.header('retry-after', '1');
  if (c.var.switches.errors === 'plain') return c.json({ error: next }, status);
  const problem = { type: `urn:drawn:${code}`, title: code, status, code, definite: status !== 503, next };
  return c.body(JSON.stringify(problem), status, { 'content-type': 'application/problem+json' });
}
