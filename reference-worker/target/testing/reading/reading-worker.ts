import type { D1Database } from '@cloudflare/workers-types';
import { type Context, Hono } from 'hono';
import { z } from 'zod';

interface App {
  Bindings: { readonly DB: D1Database };
  Variables: { reader: string };
}
type Ctx = Context<App>;

const Text = z.string().min(1).max(2_000);
const Reader = z.object({ username: z.string().regex(/^[a-z][a-z\d-]{0,40}$/), password: Text });
const Progress = z.object({
  document: Text.refine((name) => name !== '.' && name !== '..'),
  progress: Text,
  percentage: z.number().min(0).max(1),
  device: Text,
});
const Sitting = z.object({ device: Text, page: z.int().positive(), seconds: z.int().positive() });

class Refusal extends Error {
  readonly status: 400 | 401 | 402 | 404;
  constructor(status: Refusal['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** How far people have read, on all their devices: two headers of its own, seconds instead of versions, and nothing is deleted. */
export default new Hono<App>()
  .use(async (c, next) => {
    await next();
    c.header('cache-control', 'private, no-store');
    c.header('vary', 'x-auth-user, x-auth-key');
  })
  .post('/users/create', async (c) => {
    const { username, password } = parsed(Reader, await c.req.text());
    const insert = 'INSERT INTO reader (name, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING RETURNING name';
    const made = await c.env.DB.prepare(insert).bind(username, password).first();
    if (!made) throw new Refusal(402, 'That name is taken.');
    return c.json({ username }, 201);
  })
  .use('/syncs/*', async (c, next) => {
    const [name, key] = [c.req.header('x-auth-user') ?? '', c.req.header('x-auth-key') ?? ''];
    const select = 'SELECT name FROM reader WHERE name = ?1 AND key = ?2';
    const reader = await c.env.DB.prepare(select).bind(name, key).first<string>('name');
    if (reader === null) throw new Refusal(401, 'Nobody has this name and this key.');
    c.set('reader', reader);
    await next();
  })
  .put('/syncs/progress', async (c) => {
    const { document, progress, percentage, device } = parsed(Progress, await c.req.text());
    const upsert =
      'INSERT INTO progress (reader, document, progress, percentage, device, timestamp) VALUES (?1, ?2, ?3, ?4, ?5, unixepoch()) ' +
      'ON CONFLICT DO UPDATE SET progress = excluded.progress, percentage = excluded.percentage, device = excluded.device, ' +
      'timestamp = excluded.timestamp RETURNING document, timestamp';
    return c.json(await one(c, upsert, [document, progress, percentage, device]));
  })
  .get('/syncs/progress/:document', async (c) => {
    const select =
      'SELECT document, progress, percentage, device, timestamp FROM progress WHERE reader = ?1 AND document = ?2';
    return c.json(await one(c, select, [documentOf(c)]));
  })
  // A sitting is added to those that are there.
  .post('/syncs/statistics/:document', async (c) => {
    const sitting = parsed(Sitting, await c.req.text());
    const document = documentOf(c);
    const add =
      'INSERT INTO statistics (reader, document, sittings, timestamp) VALUES (?1, ?2, json_array(json(?3)), unixepoch()) ' +
      "ON CONFLICT DO UPDATE SET sittings = json_insert(sittings, '$[#]', json(?3)), timestamp = excluded.timestamp " +
      'RETURNING document, timestamp';
    return c.json(await one(c, add, [document, JSON.stringify(sitting)]));
  })
  .get('/syncs/statistics/:document', async (c) => {
    const select = 'SELECT document, sittings, timestamp FROM statistics WHERE reader = ?1 AND document = ?2';
    const { sittings, ...rest } = await one(c, select, [documentOf(c)]);
    return c.json({ ...rest, sittings: JSON.parse(String(sittings)) });
  })
  .notFound((c) => c.json({ message: 'There is nothing here.' }, 404))
  .onError((error, c) => {
    if (error instanceof Refusal) return c.json({ message: error.message }, error.status);
    return c.json({ message: 'Unknown server error.' }, 500);
  });

/** The one row of a statement, which is of one reader: ?1. */
async function one(
  c: Ctx,
  sql: string,
  params: readonly (string | number)[],
): Promise<Readonly<Record<string, unknown>>> {
  const row = await c.env.DB.prepare(sql)
    .bind(c.var.reader, ...params)
    .first();
  if (!row) throw new Refusal(404, 'There is nothing here.');
  return row;
}

/** Hono leaves a path as it is that is no UTF-8; here such a name is no document's. */
function documentOf(c: Ctx): string {
  try {
    return decodeURIComponent(new URL(c.req.url).pathname.split('/')[3] ?? '');
  } catch {
    throw new Refusal(400, 'That is not the name of a document.');
  }
}

function parsed<Value>(schema: z.ZodType<Value>, text: string): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Refusal(400, 'That is not what can be saved here.');
  }
}
