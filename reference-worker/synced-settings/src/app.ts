import { type Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { verify } from 'hono/jwt';
import { z } from 'zod';
import type { Env } from './env.ts';
import { type Age, dashboard, toggle } from './settings.ts';
import { UpstreamFailure } from './upstream.ts';

/** Where the two forms of the Worker differ. */
export interface Form {
  /** What a look begins, after the answer. @param age of what it has shown */
  looked(env: Env, customer: string, age: Age): Promise<void>;
  /** Changes the upstream, and then the copy. @throws UpstreamFailure, Refusal */
  changed(env: Env, customer: string, id: string, value: string): Promise<void>;
}

interface App {
  Bindings: Env;
  Variables: { customer: string };
}

/** What is not done, with the status that says why. */
export class Refusal extends Error {
  readonly status: 400 | 401 | 404 | 503;

  constructor(status: Refusal['status'], message: string) {
    super(message);
    this.status = status;
  }
}

const Session = z.object({ sub: z.string().min(1) });
const Change = z.strictObject({ value: z.string().max(1_000) });
const Id = z
  .string()
  .regex(/^[\w.-]{1,100}$/, 'an id is made of letters, digits, dots, hyphens and underscores');

/** The dashboard of a customer: who that is, the signed session says; a page is made of the database alone. */
export const appOf = (form: Form): Hono<App> =>
  new Hono<App>()
    .use(async (c, next) => {
      await next();
      c.header('cache-control', 'private, no-store');
      c.header('vary', 'cookie');
    })
    .use('/api/*', async (c, next) => {
      const token = getCookie(c, 'session') ?? '';
      const claims = await verify(token, c.env.SESSION_SECRET, 'HS256').catch(() => undefined);
      const session = Session.safeParse(claims);
      if (!session.success) throw new Refusal(401, 'Sign in: there is no session, or it has ended.');
      c.set('customer', session.data.sub);
      await next();
    })
    .get('/api/settings', async (c) => {
      const { items, age } = await dashboard(c.env.DB, c.get('customer'));
      look(c, form, age);
      return c.json({ items });
    })
    .get('/api/settings/:id', async (c) => {
      const { items, age } = await toggle(c.env.DB, c.get('customer'), c.req.param('id'));
      const [found] = items;
      look(c, form, age);
      if (!found) throw new Refusal(404, 'There is no such setting.');
      return c.json(found);
    })
    .put('/api/settings/:id', async (c) => {
      const id = parsed(Id, c.req.param('id'));
      const { value } = parsed(Change, await c.req.json().catch(() => undefined));
      await form.changed(c.env, c.get('customer'), id, value);
      return c.json({ id, value });
    })
    .notFound((c) => c.json({ error: 'There is nothing here.' }, 404))
    .onError((error, c) => {
      // Every 401 says how to authenticate (RFC 9110, section 15.5.2).
      if (error instanceof Refusal)
        return c.json({ error: error.message }, error.status, {
          ...(error.status === 401 && { 'www-authenticate': 'Session realm="settings"' }),
        });
      if (error instanceof UpstreamFailure)
        return c.json({ error: error.message }, error.definite ? 409 : 502);
      console.error(error);
      return c.json({ error: 'It failed here; whether it was done is not known.' }, 500);
    });

/** Nobody waits for it, and its failure is nobody's but the log's: the schedule comes by again. */
function look(c: Context<App>, form: Form, age: Age | undefined): void {
  if (age)
    c.executionCtx.waitUntil(
      form.looked(c.env, c.get('customer'), age).catch((error: unknown) => console.error(error)),
    );
}

function parsed<Value>(schema: z.ZodType<Value>, given: unknown): Value {
  const result = schema.safeParse(given);
  if (!result.success) throw new Refusal(400, z.prettifyError(result.error));
  return result.data;
}
