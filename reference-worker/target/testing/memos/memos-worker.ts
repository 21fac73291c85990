import type { D1Database, KVNamespace } from '@cloudflare/workers-types';
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { sign, verify } from 'hono/jwt';
import { z } from 'zod';

interface App {
  Bindings: { readonly DB: D1Database; readonly CACHE: KVNamespace; readonly SECRET: string };
  Variables: { member: string };
}
type Ctx = Context<App>;

const CACHED_SECONDS = 60;
const SESSION_SECONDS = 86_400;
const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

const Text = z.string().max(10_000);
const Login = z.object({
  name: z.string().regex(/^[a-z][a-z\d-]{0,40}$/),
  password: z.string().min(8).max(100),
  csrf: Text,
});
const Memo = z.object({ title: Text, text: Text });

/** What went wrong, as its reader is told it. */
class Refusal extends Error {}

/** Memos of members: a form to sign in with, a JSON Web Token in a cookie, a cache in KV, and 200 for everything. */
export default new Hono<App>()
  .use(async (c, next) => {
    await next();
    c.header('cache-control', 'private, no-store');
    c.header('vary', 'cookie');
  })
  .get('/sign-in', (c) => {
    const csrf = crypto.randomUUID();
    setCookie(c, 'csrf', csrf, COOKIE);
    return c.html(
      `<form method="post"><input type="hidden" name="csrf" value="${csrf}"><input name="name"></form>`,
    );
  })
  // Who gives a name first is its member.
  .post('/sign-in', async (c) => {
    const fields = Object.fromEntries(new URLSearchParams(await c.req.text()));
    const { name, password, csrf } = parsed(Login, fields);
    if (csrf !== getCookie(c, 'csrf')) throw new Refusal('The form is out of date.');
    const insert = 'INSERT INTO member (name, password) VALUES (?1, ?2) ON CONFLICT DO NOTHING';
    await c.env.DB.prepare(insert).bind(name, password).run();
    const select = 'SELECT name FROM member WHERE name = ?1 AND password = ?2';
    if (!(await c.env.DB.prepare(select).bind(name, password).first()))
      throw new Refusal('The password is wrong.');
    const exp = Math.floor(Date.now() / 1_000) + SESSION_SECONDS;
    setCookie(c, 'session', await sign({ sub: name, exp }, c.env.SECRET, 'HS256'), COOKIE);
    return c.redirect('/memos', 303);
  })
  .use('/memos/*', member)
  .use('/memos', member)
  .get('/memos', async (c) => {
    const select =
      'SELECT id, title, text FROM memo WHERE member = ?1 AND (?2 IS NULL OR title = ?2) ORDER BY id LIMIT 100';
    return c.json({ memos: await all(c, select, [c.req.query('title') ?? null]) });
  })
  .post('/memos', async (c) => {
    const { title, text } = parsed(Memo, jsonOf(await c.req.text()));
    const insert =
      'INSERT INTO memo (member, id, title, text) VALUES (?1, ?2, ?3, ?4) RETURNING id, title, text';
    return c.json(theOne(await all(c, insert, [crypto.randomUUID(), title, text])));
  })
  .get('/memos/:id', async (c) => {
    const key = keyOf(c);
    const cached = await c.env.CACHE.get(key, 'json');
    if (cached) return c.json(cached);
    const select = 'SELECT id, title, text FROM memo WHERE member = ?1 AND id = ?2';
    const memo = theOne(await all(c, select, [c.req.param('id')]));
    await c.env.CACHE.put(key, JSON.stringify(memo), { expirationTtl: CACHED_SECONDS });
    return c.json(memo);
  })
  .patch('/memos/:id', async (c) => {
    const { title, text } = parsed(Memo.partial(), jsonOf(await c.req.text()));
    const update =
      'UPDATE memo SET title = coalesce(?3, title), text = coalesce(?4, text) WHERE member = ?1 AND id = ?2 RETURNING id, title, text';
    const memo = theOne(await all(c, update, [c.req.param('id'), title ?? null, text ?? null]));
    await c.env.CACHE.delete(keyOf(c));
    return c.json(memo);
  })
  .delete('/memos/:id', async (c) => {
    const remove = 'DELETE FROM memo WHERE member = ?1 AND id = ?2 RETURNING id';
    const memo = theOne(await all(c, remove, [c.req.param('id')]));
    await c.env.CACHE.delete(keyOf(c));
    return c.json(memo);
  })
  .notFound((c) => c.json({ error: 'Not found.' }))
  .onError((error, c) => {
    if (error instanceof Refusal) return c.json({ error: error.message });
    return c.json({ error: 'Something went wrong here.' }, 500);
  });

/** Who is asking; and whoever writes has read a page of this site before. */
async function member(c: Ctx, next: () => Promise<void>): Promise<void> {
  const claims = await verify(getCookie(c, 'session') ?? '', c.env.SECRET, 'HS256').catch(() => undefined);
  if (typeof claims?.sub !== 'string') throw new Refusal('Sign in.');
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (!isRead && c.req.header('x-csrf-token') !== getCookie(c, 'csrf'))
    throw new Refusal('The form is out of date.');
  c.set('member', claims.sub);
  await next();
}

/** A name has no colon. KV refuses a key of more than 512 bytes, and no memo has such an id. */
function keyOf(c: Ctx): string {
  const id = c.req.param('id') ?? '';
  if (!/^[\da-f-]{36}$/.test(id)) throw new Refusal('Not found.');
  return `memo:${c.var.member}:${id}`;
}

type Row = Readonly<Record<string, unknown>>;

/** Each statement is of one member, ?1. */
const all = async (c: Ctx, sql: string, params: readonly (string | null)[]): Promise<Row[]> =>
  (
    await c.env.DB.prepare(sql)
      .bind(c.var.member, ...params)
      .all<Row>()
  ).results;

function theOne([row]: Row[]): Row {
  if (!row) throw new Refusal('Not found.');
  return row;
}

function parsed<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refusal('That is not what can be saved here.');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
