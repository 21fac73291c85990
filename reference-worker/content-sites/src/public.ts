import { Hono } from 'hono';
import { type Cached, type CachedValues, keyOf, lookUp, TTL_MS } from './cache.ts';
import type { App, Ctx } from './env.ts';
import { limitViews } from './limits.ts';
import { entryPage, homePage, PAGE_POLICY, searchPage, themeOf } from './pages.ts';
import { Refusal } from './refusal.ts';
import { SEARCH } from './statements.ts';
import { tenantForVisitors } from './tenants.ts';

/** What everybody may see. No cookie is looked at: an owner is shown what every visitor is. */
export const visitors = new Hono<App>()
  .use(async (c, next) => {
    const tenant = await tenantForVisitors(c);
    await limitViews(c.env.LIMITS, tenant);
    c.set('tenant', tenant);
    await next();
    c.header('content-security-policy', PAGE_POLICY, { append: false });
  })
  .get('/', async (c) => {
    const posts = await cached(c, { of: 'list' });
    return isForPrograms(c) ? c.json({ posts }) : c.html(homePage(await settingsOf(c), posts));
  })
  .get('/posts/:id', (c) => entry(c, { of: 'post', id: idIn(c) }))
  .get('/pages/:id', (c) => entry(c, { of: 'page', id: idIn(c) }))
  .get('/search', async (c) => {
    const words = (c.req.query('q') ?? '').slice(0, 200);
    const { id } = c.var.tenant;
    const search = c.env.DB.prepare(SEARCH).bind(id, matchOf(id, words));
    const { results } = await search.all<CachedValues['list'][number]>();
    return c.html(searchPage(await settingsOf(c), words, results));
  })
  .get('/theme.css', async (c) => c.body(themeOf(await settingsOf(c)), 200, { 'content-type': 'text/css' }))
  .get('/media/:id', async (c) => {
    const file = await c.env.MEDIA.get(keyOfMedia(c));
    if (!file) throw new Refusal(404, 'There is no such file.');
    const type = file.httpMetadata?.contentType ?? 'application/octet-stream';
    return c.body(file.body, 200, { 'content-type': type });
  });

async function entry(c: Ctx, of: Extract<Cached, { id: string }>): Promise<Response> {
  const found = await cached(c, of);
  if (!found) throw new Refusal(404, 'There is no such page.');
  return isForPrograms(c) ? c.json(found) : c.html(entryPage(await settingsOf(c), found));
}

/** Below its tenant, whoever is asking (D2). */
export const keyOfMedia = (c: Ctx): string => `tenants/${c.var.tenant.id}/media/${idIn(c)}`;

const isForPrograms = (c: Ctx): boolean => c.req.header('accept') === 'application/json';
const settingsOf = (c: Ctx) => cached(c, { of: 'settings' });

/** From KV, or from D1 through the tenant's coordinator, which fills KV after it has answered. */
async function cached<Of extends Cached>(c: Ctx, of: Of): Promise<CachedValues[Of['of']]> {
  const tenant = c.var.tenant.id;
  const found = await lookUp<CachedValues[Of['of']]>(c.env, keyOf(tenant, of), TTL_MS[of.of]);
  if (found !== undefined) return found;
  const { FILLS } = c.env;
  const filled = await FILLS.get(FILLS.idFromName(tenant)).fill(tenant, of, Date.now());
  return filled.value as CachedValues[Of['of']];
}

/** Letters, digits and - . _ ~, none of them a dot in front: what a path and a key of KV hold as they are. */
export function idIn(c: Ctx): string {
  const id = c.req.param('id') ?? '';
  if (!/^[\w~-][\w.~-]{0,127}$/.test(id)) throw new Refusal(404, 'There is no such page.');
  return id;
}

/** Every word as it is, none of it an operator of the index (sqlite.org/fts5.html); of one tenant's posts. */
function matchOf(tenant: string, words: string): string {
  const quoted = words.split(/\s+/).map((word) => `"${word.replaceAll('"', '""')}"`);
  return `tenant : "${tenant}" AND {title text} : (${quoted.join(' AND ')})`;
}
