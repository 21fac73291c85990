import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { sign, verify } from 'hono/jwt';
import { z } from 'zod';
import { isFresh, isMatched } from './conditions.ts';
import type { App, Ctx } from './context.ts';
import { type Body, FIELDS, type Row, shown } from './documents.ts';
import { Refusal, refused } from './refusals.ts';
import { list, read, type Search, type Statement } from './statements.ts';
import { batch, idOf, resourceOf, tag, type Write, written } from './writes.ts';

const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;
const ITEMS = { fixed: 5, most: 50, unless_told: 20, whole: 10_000 } as const;
/** A D1 row holds 2,000,000 bytes. */
const REQUEST_MAX_BYTES = 1_500_000;
const CREDENTIALS = { bearer: 'authorization', cookie: 'cookie', header: 'x-key' } as const;

/** A document store that is right in every way that its switches choose. */
export default new Hono<App>()
  .use(async (c, next) => {
    c.set('switches', JSON.parse(c.env.SWITCHES));
    await next();
    const { keeping, credentials, hosts } = c.var.switches;
    c.header('cache-control', keeping === 'never' ? 'private, no-store' : 'private, no-cache');
    c.header('vary', `${CREDENTIALS[credentials]}${hosts === 'tenant' ? ', host' : ''}`);
  })
  .use('/api/*', async (c, next) => {
    const { hosts, position } = c.var.switches;
    const account = await accountOf(c);
    if (account === undefined) throw new Refusal('not_signed_in');
    const { hostname } = new URL(c.req.url);
    const isElsewhere = hostname !== 'localhost' && hostname !== `${account}.localhost`;
    if (hosts === 'tenant' && isElsewhere) throw new Refusal('other_host');
    c.set('account', account);
    c.set('session', c.env.DB);
    if (position === 'none') return next();
    const sent = { header: c.req.header('x-position'), cookie: getCookie(c, 'position'), nearest: undefined }[
      position
    ];
    const start = sent === undefined ? 'first-unconstrained' : BOOKMARK.test(sent) ? sent : 'first-primary';
    c.set('session', c.env.DB.withSession(start));
    await next();
    const { session } = c.var;
    const reached = 'getBookmark' in session && session.getBookmark();
    if (!reached || position === 'nearest') return;
    if (position === 'header') c.header('x-position', reached);
    else setCookie(c, 'position', reached, { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' });
  })
  .post('/api/batch', async (c) => batch(c, await bodyOf(c)))
  .get('/api/:resource', async (c) => {
    if (c.var.switches.lists === 'none') throw new Refusal('no_such_page');
    const search = await searchOf(c, resourceOf(c.req.param('resource')));
    return page(c, await all(c, list(search)), search);
  })
  .post('/api/:resource', async (c) => {
    const body = await bodyOf(c);
    return write(c, 'create', body.id, body);
  })
  .get('/api/:resource/:id', async (c) => {
    const { absent, conditions, tags } = c.var.switches;
    const [row] = await all(c, read(resourceOf(c.req.param('resource')), idOf(c.req.param('id'))));
    const asked = conditionsIn(c);
    if (!row) return nothing(c, conditions === 'honoured' && asked.ifMatch !== undefined ? '404' : absent);
    tag(c, row);
    if (conditions === 'honoured' && !isMatched(asked, row, tags)) throw new Refusal('condition_false');
    if (conditions === 'honoured' && isFresh(asked, row)) return c.body(null, 304);
    return c.json(shown(row, c.var.switches));
  })
  .get('/api/parcels/:id/labels', async (c) => {
    const { joins, absent } = c.var.switches;
    if (joins === 'none') throw new Refusal('no_such_page');
    const id = idOf(c.req.param('id'));
    const filter = { field: 'parcelId', value: id, isPrefix: false };
    const search = { ...(await searchOf(c, 'labels')), filter };
    const [parents = [], children = []] = (
      await c.var.session.batch<Row>([bound(c, read('parcels', id)), bound(c, list(search))])
    ).map(({ results }) => results);
    if (parents.length > 0) return page(c, children, search);
    return joins === 'empty' ? page(c, [], search) : nothing(c, absent === 'null' ? '404' : absent);
  })
  .put('/api/:resource/:id', async (c) => write(c, 'put', c.req.param('id'), await bodyOf(c)))
  .patch('/api/:resource/:id', async (c) => write(c, 'patch', c.req.param('id'), await bodyOf(c)))
  .delete('/api/:resource/:id', (c) => write(c, 'delete', c.req.param('id'), {}))
  .notFound((c) => refused(new Refusal('no_such_page'), c))
  .onError(refused);

async function accountOf(c: Ctx): Promise<string | undefined> {
  const { credentials, tokens } = c.var.switches;
  const sent = c.req.header(CREDENTIALS[credentials]) ?? '';
  const token =
    credentials === 'cookie'
      ? getCookie(c, 'pass')
      : credentials === 'bearer'
        ? /^Bearer (\S+)$/.exec(sent)?.[1]
        : sent;
  if (!token) return undefined;
  // KV takes keys of 512 bytes.
  if (tokens === 'kv')
    return (await c.env.SESSIONS.get(encodeURIComponent(token).slice(0, 500))) ?? undefined;
  // Whatever is wrong with a token, it was not signed here.
  const claims = await verify(token, c.env.SECRET, 'HS256').catch(() => undefined);
  return typeof claims?.account === 'string' ? claims.account : undefined;
}

const bound = (c: Ctx, { sql, params }: Statement) =>
  c.var.session.prepare(sql).bind(c.var.account, ...params);
const all = async (c: Ctx, statement: Statement): Promise<Row[]> =>
  (await bound(c, statement).all<Row>()).results;

const conditionsIn = (c: Ctx) => ({
  ifMatch: c.req.header('if-match'),
  ifNoneMatch: c.req.header('if-none-match'),
});

const write = (c: Ctx, kind: Write['kind'], id: unknown, body: Body): Promise<Response> =>
  written(c, { kind, resource: resourceOf(c.req.param('resource')), id, body, ...conditionsIn(c) });

function nothing(c: Ctx, absent: '404' | '410' | 'null'): Response {
  if (absent === 'null') return c.json(null);
  throw new Refusal(absent === '410' ? 'is_gone' : 'is_absent');
}

async function page(c: Ctx, rows: readonly Row[], { limit }: Search): Promise<Response> {
  const { lists, listed } = c.var.switches;
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  const next = last && (await cursorOf(c, { value: last.value ?? '', id: last.id }));
  return c.json({
    items: items.map((row) => (listed === 'ids' ? { id: row.id } : shown(row, c.var.switches))),
    ...(lists !== 'whole' && lists !== 'none' && { next: next ?? null }),
  });
}

/** A Worker that is strict about its errors is so about its parameters. */
async function searchOf(c: Ctx, resource: string): Promise<Search> {
  const { lists, searches, orders, errors } = c.var.switches;
  const given = c.req.query();
  const fields = FIELDS[resource] ?? [];
  const filters = [...fields, ...(searches === 'prefix' ? fields.map((field) => `${field}.prefix`) : [])];
  const [name, another] = filters.filter((each) => given[each] !== undefined);
  if (another !== undefined) throw new Refusal('bad_search');
  const { sort = '', limit, after } = orders === 'sorted' ? given : { ...given, sort: '' };
  const sorted = sort.replace(/^-/, '');
  const known = [...filters, 'limit', 'after', ...(orders === 'sorted' ? ['sort'] : [])];
  const isTwice = Object.values(c.req.queries()).some((values) => values.length > 1);
  const isUnknown = Object.keys(given).some((each) => !known.includes(each));
  if (errors === 'problems' && (isTwice || isUnknown)) throw new Refusal('bad_search');
  if (sorted !== '' && !fields.includes(sorted)) throw new Refusal('bad_search');
  const asked = lists === 'pages' && limit !== undefined ? Number(limit) : undefined;
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 1 && asked <= ITEMS.most))
    throw new Refusal('bad_search');
  const length =
    lists === 'whole' || lists === 'none' ? ITEMS.whole : lists === 'fixed' ? ITEMS.fixed : ITEMS.unless_told;
  const search: Search = {
    resource,
    filter:
      name === undefined
        ? undefined
        : {
            field: name.replace(/\.prefix$/, ''),
            value: given[name] ?? '',
            isPrefix: name.endsWith('.prefix'),
          },
    ...(sorted !== '' && { sort: sorted, descending: sort.startsWith('-') }),
    limit: asked ?? length,
    after: undefined,
  };
  if (after === undefined || lists === 'whole') return search;
  return { ...search, after: await placeOf(c, after) };
}

const Place = z.object({ value: z.string(), id: z.string() });
type Place = z.infer<typeof Place>;

/** What a sealed cursor is good for: this list of this account, and no other. */
function listOf(c: Ctx): string {
  const { after, limit, ...asked } = c.req.query();
  return JSON.stringify([c.req.path, c.var.account, asked]);
}

const cursorOf = (c: Ctx, place: Place): Promise<string> | string =>
  c.var.switches.cursors === 'sealed'
    ? sign({ ...place, of: listOf(c) }, c.env.SECRET, 'HS256')
    : btoa(encodeURIComponent(JSON.stringify(place)));

async function placeOf(c: Ctx, cursor: string): Promise<Place> {
  try {
    if (c.var.switches.cursors === 'plain') return Place.parse(JSON.parse(decodeURIComponent(atob(cursor))));
    const sealed = await verify(cursor, c.env.SECRET, 'HS256');
    if (sealed.of === listOf(c)) return Place.parse(sealed);
  } catch {
    // Nothing that this Worker has made: as one of another list.
  }
  throw new Refusal('bad_search');
}

async function bodyOf(c: Ctx): Promise<Body> {
  const text = await c.req.text();
  if (text.length > REQUEST_MAX_BYTES) throw new Refusal('too_big');
  const { data } = z.record(z.string(), z.unknown()).safeParse(jsonOf(text));
  if (!data) throw new Refusal('bad_content');
  return data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('broken_json');
  }
}
