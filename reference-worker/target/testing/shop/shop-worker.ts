import type { D1Database, D1DatabaseSession } from '@cloudflare/workers-types';
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';

interface App {
  Bindings: { readonly DB: D1Database };
  Variables: { customer: string; session: D1DatabaseSession };
}
type Ctx = Context<App>;

const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;
const PAGE_ITEMS = 50;
const SHOWN = 'id, sku, title, note';

const Text = z.string().max(2_000);
const Item = z.strictObject({ sku: Text.min(1), title: Text, note: Text });
const Change = z.strictObject({ title: Text, note: Text }).partial();

class Refusal extends Error {
  readonly status: 400 | 401 | 404 | 409;
  constructor(status: Refusal['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** What people want to buy: forms that are answered by redirects, ids of the server's, and the position in D1 in a cookie. */
export default new Hono<App>()
  .use(async (c, next) => {
    await next();
    c.header('cache-control', 'private, no-store');
    c.header('vary', 'authorization');
  })
  .use('/items/*', session)
  .use('/items', session)
  .get('/items', async (c) => {
    const { title, after = '' } = c.req.query();
    const select = `SELECT ${SHOWN} FROM item WHERE customer = ?1 AND (?2 IS NULL OR title = ?2) AND id > ?3 ORDER BY id LIMIT ?4`;
    const rows = await all(c, select, [title ?? null, after, PAGE_ITEMS + 1]);
    const items = rows.slice(0, PAGE_ITEMS);
    return c.json({ items, next: rows.length > PAGE_ITEMS ? items.at(-1)?.id : null });
  })
  .post('/items', async (c) => {
    const { sku, title, note } = parsed(Item, Object.fromEntries(new URLSearchParams(await c.req.text())));
    const insert = `INSERT INTO item (customer, id, sku, title, note) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING RETURNING id`;
    const [made] = await all(c, insert, [crypto.randomUUID(), sku, title, note]);
    if (!made) throw new Refusal(409, 'That is on your list already.');
    return c.redirect(`/items/${made.id}`, 303);
  })
  .get('/items/:id', async (c) => {
    const select = `SELECT ${SHOWN} FROM item WHERE customer = ?1 AND id = ?2`;
    return c.json(theOne(await all(c, select, [c.req.param('id')])));
  })
  .patch('/items/:id', async (c) => {
    const change = parsed(Change, jsonOf(await c.req.text()));
    const changed = Object.entries(change).flatMap(([column, value = null]) =>
      value === null ? [] : [[column, value] as const],
    );
    const set = changed.map(([column], at) => `${column} = ?${at + 3}`).join(', ') || 'id = id';
    const update = `UPDATE item SET ${set} WHERE customer = ?1 AND id = ?2 RETURNING ${SHOWN}`;
    return c.json(theOne(await all(c, update, [c.req.param('id'), ...changed.map(([, value]) => value)])));
  })
  .post('/items/:id/remove', async (c) => {
    theOne(
      await all(c, 'DELETE FROM item WHERE customer = ?1 AND id = ?2 RETURNING id', [c.req.param('id')]),
    );
    return c.redirect('/items', 302);
  })
  .notFound((c) => c.json({ error: 'There is no such page.' }, 404))
  .onError((error, c) => {
    if (error instanceof Refusal) return c.json({ error: error.message }, error.status);
    return c.json({ error: 'Something went wrong here. Try again.' }, 500);
  });

async function session(c: Ctx, next: () => Promise<void>): Promise<void> {
  const key = c.req.header('authorization')?.replace(/^Bearer /, '') ?? '';
  const select = 'SELECT name FROM customer WHERE key = ?1';
  const customer = await c.env.DB.prepare(select).bind(key).first<string>('name');
  if (customer === null) throw new Refusal(401, 'Nobody has this key.');
  const position = getCookie(c, 'position') ?? '';
  c.set('customer', customer);
  c.set('session', c.env.DB.withSession(BOOKMARK.test(position) ? position : 'first-primary'));
  await next();
  const reached = c.var.session.getBookmark();
  if (reached)
    setCookie(c, 'position', reached, { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' });
}

type Row = Readonly<Record<string, unknown>>;

/** Each statement is of one customer, ?1. */
const all = async (c: Ctx, sql: string, params: readonly (string | number | null)[]): Promise<Row[]> =>
  (
    await c.var.session
      .prepare(sql)
      .bind(c.var.customer, ...params)
      .all<Row>()
  ).results;

function theOne([row]: Row[]): Row {
  if (!row) throw new Refusal(404, 'There is no such page.');
  return row;
}

function parsed<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refusal(400, 'That is not what can be saved here.');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
