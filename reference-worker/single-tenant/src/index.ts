import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import type { ShopApp } from './env.ts';
import { takeEvent } from './hooks.ts';
import { media } from './media.ts';
import { records } from './records.ts';
import { ShopError } from './refusal.ts';
import { signedIn, signIn } from './sessions.ts';

const REQUEST_MAX_BYTES = 2_000_000;

/** What a metric tells of a path: a path may hold an id, and one that there is not may hold anything. */
const AREAS = ['sign-in', 'hooks', 'api', 'media'];

/** One line a request, as Workers Logs takes it apart: who, what, how long and how much (C9). */
const measured = createMiddleware<ShopApp>(async (c, next) => {
  const startMs = performance.now();
  c.set('used', { rowsRead: 0, rowsWritten: 0 });
  await next();
  const [, first = ''] = c.req.path.split('/');
  const area = AREAS.includes(first) ? first : 'other';
  const durationMs = Math.round(performance.now() - startMs);
  const metric = { metric: 'request', slug: c.env.SLUG, area, method: c.req.method, status: c.res.status };
  console.log(JSON.stringify({ ...metric, durationMs, ...c.var.used }));
});

/** No answer may be kept by a shared cache, errors included. */
const neverStored = createMiddleware<ShopApp>(async (c, next) => {
  await next();
  c.header('cache-control', 'private, no-store');
  c.header('vary', 'cookie, host');
  c.header('x-content-type-options', 'nosniff');
});

/** A hostname is a name of one shop, and what a router sends to the wrong deployment is refused there (RFC 9110, 15.5.20). */
const ownHost = createMiddleware<ShopApp>(async (c, next) => {
  const { hostname } = new URL(c.req.url);
  if (hostname !== c.env.BASE_DOMAIN && hostname !== `${c.env.SLUG}.${c.env.BASE_DOMAIN}`)
    throw new ShopError('wrong_host', 'This host is not that of the shop.');
  await next();
});

const limited = bodyLimit({
  maxSize: REQUEST_MAX_BYTES,
  onError: () => {
    throw new ShopError('too_large', `A request holds at most ${REQUEST_MAX_BYTES} bytes.`);
  },
});

export default new Hono<ShopApp>()
  .use(measured)
  .use(neverStored)
  .use(ownHost)
  .use(limited)
  .post('/sign-in', signIn)
  .post('/hooks/:service', takeEvent)
  .use('/api/*', signedIn)
  .route('/api', records)
  .use('/media/*', signedIn)
  .route('/media', media)
  .notFound(() => new ShopError('no_route', 'This shop has no such route.').toResponse())
  .onError((error, c) => {
    const told =
      error instanceof ShopError
        ? error
        : new ShopError('unexpected', 'Something unexpected happened.', false, { cause: error });
    // Only for 5xx: what a client sent may hold a secret, and a log must not.
    if (told.status >= 500)
      console.error(JSON.stringify({ slug: c.env.SLUG, code: told.code, cause: String(told.cause) }));
    return told.toResponse();
  });
