/** Every error that a client can meet, its status and its next step, written once (RFC 9457). */
const REFUSALS = {
  not_signed_in: [401, 'Not signed in', 'Sign in at this shop, and send its cookie.'],
  wrong_host: [421, 'Not the host of this shop', "Use the shop's own hostname."],
  unsigned_event: [401, 'Event not signed', 'Sign the body with the secret of this shop.'],
  no_route: [404, 'No such route', 'Use /api/<resource>, /media/<name> or /hooks/<service>.'],
  not_found: [404, 'Not found', 'Check the id, or list the resource.'],
  not_json: [400, 'Body is not JSON', 'Send one JSON object in UTF-8.'],
  wrong_shape: [400, 'Body has the wrong shape', 'Send what the detail asks for.'],
  bad_id: [400, 'Invalid id', 'Use 1 to 128 letters, digits and - . _ ~, no dot in front.'],
  bad_query: [400, 'Invalid list query', 'Use one filter on an indexed field, limit and after.'],
  id_taken: [409, 'Id already used', 'Read what is there, or choose another id.'],
  too_large: [413, 'Too large', 'Send less in one request.'],
  database_failed: [503, 'Database did not answer', 'Try again; a read first, if this was a write.'],
  unexpected: [500, 'Internal error', 'Try again; report it with the time if it goes on.'],
} as const satisfies Record<string, readonly [status: number, title: string, next: string]>;

/** An expected failure. `definite`: what was asked for certainly did not happen. */
export class ShopError extends Error {
  override readonly name = 'ShopError';
  readonly code: keyof typeof REFUSALS;
  readonly definite: boolean;

  constructor(code: keyof typeof REFUSALS, detail: string, definite = true, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.definite = definite;
  }

  get status(): number {
    return REFUSALS[this.code][0];
  }

  /** As an RFC 9457 problem document. */
  toResponse(): Response {
    const { code, message: detail, definite, status } = this;
    const [, title, next] = REFUSALS[code];
    const headers = new Headers({ 'content-type': 'application/problem+json' });
    if (status === 401) headers.set('www-authenticate', 'Session');
    if (status === 503) headers.set('retry-after', '1');
    const problem = { type: 'about:blank', status, title, code, detail, definite, next };
    return new Response(JSON.stringify(problem), { status, headers });
  }
}
