import { type Context, Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { z } from 'zod';
import { batchOf, DATABASES, type Did, makeReady, readTimes, writeTimes } from './d1.ts';
import { getTimes, putAtOnce } from './kv.ts';

export interface Probed {
  readonly DB: D1Database;
  /** A database of its own, whose bookmarks are foreign to the first. */
  readonly OTHER: D1Database;
  readonly KV: KVNamespace;
  /** Who knows it may measure. Without one nobody may. */
  readonly PROBE_SECRET?: string;
}

/** Named by the isolate itself when it starts: whoever meets two names has met two isolates. */
const ISOLATE = { name: '' };

const times = z.int().min(1).max(50).default(1);
const key = z.string().min(1).max(200);
const database = z.enum(DATABASES).default('DB');
/** `none`: outside a session. */
const session = z.string().min(1).max(200);

/** What the probe does when it is asked: one thing, or the same thing several times. */
const Asked = z.discriminatedUnion('does', [
  z.strictObject({ does: z.literal('nothing') }),
  z.strictObject({ does: z.literal('ready') }),
  z.strictObject({
    does: z.literal('read'),
    of: z.array(z.enum(DATABASES)).min(1).max(6).default(['DB']),
    session,
    times,
  }),
  z.strictObject({ does: z.literal('write'), database, session, mark: z.int(), times }),
  z.strictObject({ does: z.literal('batch'), database, statements: z.int().min(1).max(50) }),
  z.strictObject({ does: z.literal('get'), key, times }),
  z.strictObject({ does: z.literal('put'), key, value: z.string().max(100), times }),
]);

async function done(asked: z.infer<typeof Asked>, env: Probed): Promise<readonly Did[]> {
  if (asked.does === 'ready') return [await makeReady(env.DB), await makeReady(env.OTHER)];
  if (asked.does === 'read')
    return (
      await Promise.all(asked.of.map((each) => readTimes(env[each], each, asked.session, asked.times)))
    ).flat();
  if (asked.does === 'write') return writeTimes(env[asked.database], asked);
  if (asked.does === 'batch') return [await batchOf(env[asked.database], asked.statements)];
  if (asked.does === 'get') return getTimes(env.KV, asked.key, asked.times);
  if (asked.does === 'put') return putAtOnce(env.KV, asked.key, asked.value, asked.times);
  return [];
}

/**
 * Lets `shardproof calibrate` see D1 and KV as this account has them. It tells no time of its own: within a Worker the clock stands
 * still between calls (developers.cloudflare.com/workers/reference/security-model).
 */
export default new Hono<{ Bindings: Probed }>()
  .use(async (c, next) => {
    await next();
    c.header('cache-control', 'private, no-store');
  })
  .use(
    '/probe',
    bearerAuth({
      verifyToken: async (token, { env }: Context<{ Bindings: Probed }>) => {
        const { PROBE_SECRET: secret = '' } = env;
        const [given, known] = await Promise.all([token, secret].map(digestOf));
        return secret !== '' && given === known;
      },
    }),
  )
  .post('/probe', async (c) => {
    const asked = Asked.safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success) return c.json({ code: 'not_understood', message: z.prettifyError(asked.error) }, 400);
    ISOLATE.name ||= crypto.randomUUID();
    const { colo = null } = (c.req.raw.cf ?? {}) as { colo?: string };
    return c.json({ probe: 1, colo, isolate: ISOLATE.name, did: await done(asked.data, c.env) });
  })
  .notFound((c) => c.json({ code: 'no_route', message: 'The probe answers POST /probe.' }, 404))
  .onError((error, c) => {
    if ('getResponse' in error && typeof error.getResponse === 'function') return error.getResponse();
    console.error(JSON.stringify({ event: 'failed', cause: `${error}` }));
    return c.json({ code: 'failed', message: 'The probe could not do that.' }, 500);
  });

/** Digests are compared, so that the time it takes tells nothing of the secret. */
async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
