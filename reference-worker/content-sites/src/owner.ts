import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie } from 'hono/cookie';
import { z } from 'zod';
import { type Cached, keyOf } from './cache.ts';
import type { App, Ctx } from './env.ts';
import { limitWrites } from './limits.ts';
import { idIn, keyOfMedia } from './public.ts';
import { Refusal, warn } from './refusal.ts';
import * as statements from './statements.ts';
import { hostnameOf, tenantForOwner } from './tenants.ts';

const PAGE_SIZE = 50;
const Fields = z.object({
  title: z.string().max(200),
  text: z.string().max(1_000_000),
  status: z.enum(['draft', 'published']),
});
const Setting = z.object({ value: z.string().max(2_000) });
/** In lower case and ASCII, as requests name it (RFC 1035, section 2.3.1). */
const HOSTNAME = /^(?=.{1,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z][a-z\d-]*[a-z\d]$/;

type Row = Readonly<Record<string, unknown>>;

/** What a tenant's owner does. Nothing of it is cached anywhere. */
export const owner = new Hono<App>()
  .use(async (c, next) => {
    await next();
    c.header('cache-control', 'private, no-store');
    c.header('vary', 'cookie, host');
  })
  .use(bodyLimit({ maxSize: 26_000_000 }))
  .use(async (c, next) => {
    c.set('tenant', await tenantForOwner(c, getCookie(c, 'session')));
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      refuseOtherOrigins(c);
      await limitWrites(c.env.LIMITS, Number(c.env.WRITES_A_MINUTE));
    }
    await next();
  })
  .route('/posts', content('post'))
  .route('/pages', content('page'))
  .get('/settings/:id', async (c) => c.json(theOne(await all(c, statements.SETTING, [idIn(c)]))))
  .put('/settings/:id', async (c) => {
    const { value } = await bodyOf(c, Setting);
    return written(c, await all(c, statements.PUT_SETTING, [idIn(c), value]), [{ of: 'settings' }]);
  })
  .delete('/settings/:id', async (c) =>
    written(c, await all(c, statements.REMOVE_SETTING, [idIn(c)]), [{ of: 'settings' }]),
  )
  .put('/media/:id', async (c) => {
    const httpMetadata = { contentType: c.req.header('content-type') ?? 'application/octet-stream' };
    await c.env.MEDIA.put(keyOfMedia(c), await c.req.arrayBuffer(), { httpMetadata });
    return c.json({ id: idIn(c) });
  })
  .delete('/media/:id', async (c) => {
    await c.env.MEDIA.delete(keyOfMedia(c));
    return c.body(null, 204);
  })
  .put('/domains/:hostname', async (c) => {
    const hostname = c.req.param('hostname');
    if (!HOSTNAME.test(hostname) || `.${hostname}`.endsWith(`.${c.env.BASE_DOMAIN}`))
      throw new Refusal(400, 'That is no hostname of your own.');
    if ((await all(c, statements.ADD_DOMAIN, [hostname])).length === 0)
      throw new Refusal(409, 'That hostname leads to another site.');
    return c.json({ hostname });
  })
  .delete('/domains/:hostname', async (c) => {
    const hostname = c.req.param('hostname');
    theOne(await all(c, statements.REMOVE_DOMAIN, [hostname]));
    c.executionCtx.waitUntil(invalidate(c, [`v1:host:${hostname}`]));
    return c.body(null, 204);
  });

function content(kind: statements.Kind): Hono<App> {
  const sql = statements.entries(kind);
  const answer = async (c: Ctx, sql: string, fields: readonly (string | null)[] = []): Promise<Response> =>
    written(c, await all(c, sql, [idIn(c), ...fields]), [{ of: kind, id: idIn(c) }, { of: 'list' }]);
  return new Hono<App>()
    .get('/', (c) => list(c, sql.list))
    .get('/:id', async (c) => c.json(theOne(await all(c, sql.read, [idIn(c)]))))
    .put('/:id', async (c) => {
      const { title, text, status } = await bodyOf(c, Fields);
      return answer(c, sql.put, [title, text, status]);
    })
    .patch('/:id', async (c) => {
      const { title = null, text = null, status = null } = await bodyOf(c, Fields.partial());
      return answer(c, sql.patch, [title, text, status]);
    })
    .delete('/:id', (c) => answer(c, sql.remove));
}

/** A page of another tenant is of the same site, so its requests carry the cookie: SameSite does not hold them off. */
function refuseOtherOrigins(c: Ctx): void {
  const origin = c.req.header('origin');
  if (origin !== undefined && URL.parse(origin)?.hostname !== hostnameOf(c))
    throw new Refusal(403, 'Write from your own site.');
}

/** Each statement is of one tenant, ?1. */
async function all(c: Ctx, sql: string, params: readonly (string | number | null)[]): Promise<Row[]> {
  const statement = c.env.DB.prepare(sql).bind(c.var.tenant.id, ...params);
  return (await statement.all<Row>()).results;
}

async function list(c: Ctx, sql: string): Promise<Response> {
  const limit = Math.min(Math.max(Math.trunc(Number(c.req.query('limit'))) || PAGE_SIZE, 1), PAGE_SIZE);
  const items = await all(c, sql, [c.req.query('title') ?? null, c.req.query('after') ?? '', limit]);
  return c.json({ items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null });
}

function theOne([row]: readonly Row[]): Row {
  if (!row) throw new Refusal(404, 'There is no such document.');
  return row;
}

/** Answers a write, and takes what it has made old out of the cache after the response (D4). */
function written(c: Ctx, rows: readonly Row[], touched: readonly Cached[]): Response {
  const row = theOne(rows);
  const keys = touched.map((each) => keyOf(c.var.tenant.id, each));
  c.executionCtx.waitUntil(invalidate(c, keys));
  return c.req.method === 'DELETE' ? c.body(null, 204) : c.json(row);
}

/** What is not taken out now ends by its time to live. */
async function invalidate({ env, var: { tenant } }: Ctx, keys: readonly string[]): Promise<void> {
  const fills = env.FILLS.get(env.FILLS.idFromName(tenant.id));
  await fills.invalidate(keys).catch((cause: unknown) => warn('not_invalidated', keys, cause));
}

async function bodyOf<Value>(c: Ctx, schema: z.ZodType<Value>): Promise<Value> {
  const result = schema.safeParse(await c.req.json().catch(() => undefined));
  if (result.success) return result.data;
  throw new Refusal(400, 'That is not what can be saved here.');
}
