import { Hono } from 'hono';
import { z } from 'zod';

const Note = z.object({
  title: z.string().min(1).max(200),
  body: z.string().max(10_000),
  pinned: z.boolean().default(false),
});
const notes = new Hono<{ Bindings: { DB: D1Database }; Variables: { user: number } }>();
const shown = (row: Record<string, unknown> | null) => ({ ...row, pinned: row?.pinned === 1 });

notes.get('/', async (c) => {
  const title = c.req.query('title');
  const { results } = await c.env.DB.prepare(
    'SELECT id, title, body, pinned FROM notes WHERE user_id = ?1 AND (?2 IS NULL OR title = ?2) ORDER BY id',
  )
    .bind(c.get('user'), title ?? null)
    .all();
  return c.json({ notes: results.map(shown) });
});
notes.post('/', async (c) => {
  const parsed = Note.safeParse(await c.req.json().catch(() => undefined));
  if (!parsed.success) return c.json({ error: 'invalid' }, 400);
  const { title, body, pinned } = parsed.data;
  const row = await c.env.DB.prepare(
    'INSERT INTO notes (user_id, title, body, pinned) VALUES (?, ?, ?, ?) RETURNING id, title, body, pinned',
  )
    .bind(c.get('user'), title, body, pinned ? 1 : 0)
    .first();
  return c.json(shown(row), 201);
});
notes.get('/:id', async (c) => {
  const row = await c.env.DB.prepare('SELECT id, title, body, pinned FROM notes WHERE user_id = ? AND id = ?')
    .bind(c.get('user'), c.req.param('id'))
    .first();
  return row ? c.json(shown(row)) : c.json({ error: 'not found' }, 404);
});
notes.patch('/:id', async (c) => {
  const parsed = Note.partial().safeParse(await c.req.json().catch(() => undefined));
  if (!parsed.success) return c.json({ error: 'invalid' }, 400);
  const { title = null, body = null } = parsed.data;
  const row = await c.env.DB.prepare(
    'UPDATE notes SET title = coalesce(?3, title), body = coalesce(?4, body) WHERE user_id = ?1 AND id = ?2 RETURNING id, title, body, pinned',
  )
    .bind(c.get('user'), c.req.param('id'), title, body)
    .first();
  return row ? c.json(shown(row)) : c.json({ error: 'not found' }, 404);
});
notes.delete('/:id', async (c) => {
  const row = await c.env.DB.prepare('DELETE FROM notes WHERE user_id = ? AND id = ? RETURNING id')
    .bind(c.get('user'), c.req.param('id'))
    .first();
  return row ? c.body(null, 204) : c.json({ error: 'not found' }, 404);
});
export default notes;
