import { Hono } from 'hono';
import notes from './routes/notes';

type Env = { Bindings: { DB: D1Database }; Variables: { user: number } };
const app = new Hono<Env>().basePath('/api');

app.post('/signup', async (c) => {
  const { email } = await c.req.json();
  const user = await c.env.DB.prepare(
    'INSERT INTO users (email) VALUES (?) ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id',
  )
    .bind(email)
    .first<{ id: number }>();
  if (!user) return c.json({ error: 'not saved' }, 500);
  const token = crypto.randomUUID();
  await c.env.DB.prepare('INSERT INTO tokens (token, user_id) VALUES (?, ?)').bind(token, user.id).run();
  return c.json({ token }, 201);
});

app.use('/notes/*', async (c, next) => {
  const token = c.req.header('Authorization')?.replace(/^Bearer /, '');
  const row =
    token &&
    (await c.env.DB.prepare('SELECT user_id FROM tokens WHERE token = ?')
      .bind(token)
      .first<{ user_id: number }>());
  if (!row) return c.json({ error: 'unauthorized' }, 401);
  c.set('user', row.user_id);
  await next();
});
app.route('/notes', notes);

export default app;
