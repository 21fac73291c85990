import { Hono } from 'hono';
import type { App } from './env.ts';
import { owner } from './owner.ts';
import { visitors } from './public.ts';
import { Refusal } from './refusal.ts';

export { Fills } from './fills.ts';
export { Limits } from './limits.ts';

/** Sites of many tenants, told apart by hostname: visitors read, a tenant's owner writes. */
export default new Hono<App>()
  .use(async (c, next) => {
    await next();
    // What says nothing of it may be kept for hours, and by caches whose key has no hostname.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-cache');
    c.header('x-content-type-options', 'nosniff');
  })
  .route('/admin', owner)
  .route('/', visitors)
  .notFound((c) => c.json({ error: 'There is no such page.' }, 404))
  .onError((error, c) => {
    // Who is to sign in is told by what (RFC 9110, section 15.5.2).
    const headers = { 'www-authenticate': 'Cookie' };
    if (error instanceof Refusal)
      return c.json({ error: error.message }, error.status, error.status === 401 ? headers : {});
    console.error(JSON.stringify({ event: 'failed', path: c.req.path, cause: `${error}` }));
    return c.json({ error: 'Something went wrong here.' }, 503);
  });
