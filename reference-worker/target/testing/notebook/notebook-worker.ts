import type { D1Database, D1DatabaseSession } from '@cloudflare/workers-types';
import { type Context, Hono } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import { z } from 'zod';

interface App {
  Bindings: { readonly DB: D1Database; readonly SECRET: string };
  Variables: { user: string; session: D1DatabaseSession };
}
type Ctx = Context<App>;

const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;
const PAGE_ITEMS = 50;
const REQUEST_MAX_BYTES = 1_000_000;

const Text = z.string().max(100_000);
const Note = z.object({ title: Text, text: Text });
const Tag = z.object({ noteId: Text, label: Text });
const Search = z.strictObject({
  title: z.string().optional(),
  noteId: z.string().optional(),
  label: z.string().optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(PAGE_ITEMS)).default(20),
  after: z.string().optional(),
});

class Refusal extends Error {
  readonly status: 400 | 401 | 404 | 413;
  constructor(status: Refusal['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** Notes and tags of users: signed cookies, ids that the server makes, columns instead of documents, and no versions. */
export default new Hono<App>()
  .use(async (c, next) => {
    await next();
    c.header('cache-control', 'private, no-store');
    c.header('vary', 'cookie');
  })
  // There are no passwords: who gives a name is that user, from then on.
  .post('/sign-in', async (c) => {
    const { name } = parsed(
      z.object({ name: z.string().regex(/^[a-z][a-z\d-]{0,40}$/) }),
      await c.req.text(),
    );
    const insert = 'INSERT INTO user (name, joined_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING';
    await c.env.DB.prepare(insert).bind(name, new Date().toISOString()).run();
    await setSignedCookie(c, 'notebook', name, c.env.SECRET, {
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    });
    return c.json({ name }, 201);
  })
  .use('/api/*', async (c, next) => {
    const user = (await getSignedCookie(c, c.env.SECRET, 'notebook')) || undefined;
    if (user === undefined) throw new Refusal(401, 'Sign in.');
    const position = c.req.header('x-notebook-position');
    c.set('user', user);
    c.set('session', c.env.DB.withSession(position && BOOKMARK.test(position) ? position : 'first-primary'));
    await next();
    const reached = c.var.session.getBookmark();
    if (reached) c.header('x-notebook-position', reached);
  })
  .get('/api/notes', async (c) => {
    const { title, limit, after = '' } = searchOf(c);
    const rows = await all(
      c,
      'SELECT id, title, text FROM note WHERE user = ?1 AND (?2 IS NULL OR title = ?2) AND id > ?3 ORDER BY id LIMIT ?4',
      [title ?? null, after, limit + 1],
    );
    return c.json(pageOf(rows, limit));
  })
  .post('/api/notes', async (c) => {
    const { title, text } = parsed(Note, await c.req.text());
    const insert =
      'INSERT INTO note (user, id, title, text) VALUES (?1, ?2, ?3, ?4) RETURNING id, title, text';
    return c.json((await all(c, insert, [crypto.randomUUID(), title, text]))[0], 201);
  })
  .get('/api/notes/:id', async (c) => {
    const select = 'SELECT id, title, text FROM note WHERE user = ?1 AND id = ?2';
    return c.json(theOne(await all(c, select, [c.req.param('id')])));
  })
  .patch('/api/notes/:id', async (c) => {
    const { title, text } = parsed(Note.partial(), await c.req.text());
    const update =
      'UPDATE note SET title = coalesce(?3, title), text = coalesce(?4, text) WHERE user = ?1 AND id = ?2 RETURNING id, title, text';
    return c.json(theOne(await all(c, update, [c.req.param('id'), title ?? null, text ?? null])));
  })
  .delete('/api/notes/:id', async (c) => {
    const note = theOne(
      await all(c, 'DELETE FROM note WHERE user = ?1 AND id = ?2 RETURNING id', [c.req.param('id')]),
    );
    await all(c, 'DELETE FROM tag WHERE user = ?1 AND note_id = ?2 RETURNING id', [c.req.param('id')]);
    return c.json(note);
  })
  .get('/api/tags', async (c) => {
    const { noteId, label, limit, after = '' } = searchOf(c);
    const rows = await all(
      c,
      'SELECT id, note_id AS noteId, label FROM tag WHERE user = ?1 AND (?2 IS NULL OR note_id = ?2) ' +
        'AND (?3 IS NULL OR label = ?3) AND id > ?4 ORDER BY id LIMIT ?5',
      [noteId ?? null, label ?? null, after, limit + 1],
    );
    return c.json(pageOf(rows, limit));
  })
  .post('/api/tags', async (c) => {
    const { noteId, label } = parsed(Tag, await c.req.text());
    const insert =
      'INSERT INTO tag (user, id, note_id, label) VALUES (?1, ?2, ?3, ?4) RETURNING id, note_id AS noteId, label';
    return c.json((await all(c, insert, [crypto.randomUUID(), noteId, label]))[0], 201);
  })
  .get('/api/tags/:id', async (c) => {
    const select = 'SELECT id, note_id AS noteId, label FROM tag WHERE user = ?1 AND id = ?2';
    return c.json(theOne(await all(c, select, [c.req.param('id')])));
  })
  .notFound((c) => c.json({ error: 'There is no such page.' }, 404))
  .onError((error, c) => {
    if (error instanceof Refusal) return c.json({ error: error.message }, error.status);
    return c.json({ error: 'Something went wrong here. Try again.' }, 500);
  });

type Row = Readonly<Record<string, unknown>>;

/** Each statement is of one user, ?1. */
const all = async (c: Ctx, sql: string, params: readonly (string | number | null)[]): Promise<Row[]> =>
  (
    await c.var.session
      .prepare(sql)
      .bind(c.var.user, ...params)
      .all()
  ).results;

function theOne([row]: Row[]): Row {
  if (!row) throw new Refusal(404, 'There is no such page.');
  return row;
}

function pageOf(rows: Row[], limit: number): { items: Row[]; next: unknown } {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? items.at(-1)?.id : null };
}

function searchOf(c: Ctx): z.infer<typeof Search> {
  const search = Search.safeParse(c.req.query());
  if (search.success) return search.data;
  throw new Refusal(400, 'Nothing can be searched like that.');
}

function parsed<Value>(schema: z.ZodType<Value>, text: string): Value {
  if (text.length > REQUEST_MAX_BYTES) throw new Refusal(413, 'That is too long.');
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Refusal(400, 'That is not what can be saved here.');
  }
}
