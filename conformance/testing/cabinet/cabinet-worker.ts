import { Hono } from 'hono';
import { getSignedCookie } from 'hono/cookie';
import { z } from 'zod';
import { type App, type Ctx, File, opened, run, sealed, shown } from './cabinet-context.ts';
import { list } from './cabinet-list.ts';
import { Refusal, refused } from './cabinet-refusals.ts';
import {
  type Demand,
  mergeFile,
  newFile,
  readFile,
  removeFile,
  type Statement,
  saveFile,
} from './cabinet-statements.ts';

const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;
/** What JavaScript would change: numbers that it rounds, and bytes that were no UTF-8. */
const CHANGED = /[:[,]\s*-?[\d.]*(?:\d{16}|e[+-]?\d)|\ufffd/i;
/** A D1 row holds 2,000,000 bytes. */
const REQUEST_MAX_BYTES = 1_900_000;

/** Of JSON, which SQLite reads (sqlite.org/json1.html). */
const LEVELS = 1_000;

const Name = z.string().regex(/^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}$/);
const Content = z.custom<object>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && isWithin(value, LEVELS),
);

/**
 * A document store that promises what the contract promises and shares nothing else with the reference Worker: one
 * database for everybody, a cookie instead of a bearer token, other paths and other words, revisions for ETags,
 * `x-position` for the bookmark, and neither batches nor joins.
 */
const app = new Hono<App>()
  .use(async (c, next) => {
    await next();
    c.header('cache-control', 'private, no-store');
    c.header('vary', 'cookie, host');
  })
  .use('/cabinet/*', async (c, next) => {
    const account = (await getSignedCookie(c, c.env.SECRET, 'session')) || undefined;
    if (account === undefined) throw new Refusal('sign_in');
    const { hostname } = new URL(c.req.url);
    const base = c.env.BASE_DOMAIN;
    if (hostname !== base && hostname !== `${account}.${base}`) throw new Refusal('other_host');
    c.set('account', account);
    c.set('session', c.env.DB.withSession(await startOf(c, c.req.header('x-position'))));
    await next();
    const reached = c.var.session.getBookmark();
    if (reached && BOOKMARK.test(reached)) c.header('x-position', await sealed(c, 'position', reached));
  })
  .get('/cabinet/:drawer', list)
  .post('/cabinet/:drawer', async (c) => {
    const { name, content } = await bodyOf(c, z.strictObject({ name: Name, content: Content }));
    c.header('location', `/cabinet/${c.req.param('drawer')}/${name}`);
    return written(c, newFile(name, JSON.stringify(content)), 'name_taken');
  })
  .get('/cabinet/:drawer/:name', async (c) => {
    const [row] = await run(c, readFile(nameOf(c)));
    if (!row) throw new Refusal('no_such_file');
    const file = File.parse(row);
    c.header('etag', etagOf(file.revision));
    const { 'if-match': match, 'if-none-match': noneMatch } = c.req.header();
    if (match !== undefined && !names(match, file.revision)) throw new Refusal('revision_differs');
    // Compared weakly (RFC 9110, section 13.1.2).
    if (noneMatch !== undefined && names(noneMatch, file.revision, /^W\//)) return c.body(null, 304);
    return c.json(shown(file));
  })
  .put('/cabinet/:drawer/:name', async (c) => {
    const { content } = await bodyOf(c, z.strictObject({ content: Content }));
    const demand = c.req.header('if-none-match') === undefined ? demandOf(c) : vacancyOf(c);
    return written(c, saveFile(nameOf(c), JSON.stringify(content), demand), 'revision_differs');
  })
  .patch('/cabinet/:drawer/:name', async (c) => {
    const { content } = await bodyOf(c, z.strictObject({ content: Content }));
    const demand = demandOf(c);
    const statement = mergeFile(nameOf(c), JSON.stringify(content), demand === 'nothing' ? 'there' : demand);
    return written(c, statement, demand === 'nothing' ? 'no_such_file' : 'revision_differs');
  })
  .delete('/cabinet/:drawer/:name', async (c) => {
    const demand = demandOf(c);
    const statement = removeFile(nameOf(c), demand === 'nothing' ? 'there' : demand);
    return written(c, statement, demand === 'nothing' ? 'no_such_file' : 'revision_differs');
  })
  .notFound((c) => refused(new Refusal('no_such_page'), c))
  .onError(refused);

export default app;

/** A position that was not sealed here for this account gets the newest state, and is never handed on. */
async function startOf(c: Ctx, token: string | undefined): Promise<string> {
  if (token === undefined) return 'first-unconstrained';
  const position = await opened(c, 'position', token);
  return typeof position === 'string' && BOOKMARK.test(position) ? position : 'first-primary';
}

async function written(c: Ctx, statement: Statement, otherwise: Refusal['code']): Promise<Response> {
  const [row] = await run(c, statement);
  if (!row) throw new Refusal(otherwise);
  const { name, revision, made } = Written.parse(row);
  c.header('etag', etagOf(revision));
  return c.json({ name, revision }, made === 1 ? 201 : 200);
}

const Written = z.object({ name: z.string(), revision: z.int(), made: z.int() });

const etagOf = (revision: number): string => `"r${revision}"`;
const names = (tags: string, revision: number, ignored: RegExp | '' = ''): boolean =>
  tags.split(',').some((tag) => ['*', etagOf(revision)].includes(tag.trim().replace(ignored, '')));

function demandOf(c: Ctx): number | 'there' | 'nothing' {
  if (c.req.header('if-none-match') !== undefined) throw new Refusal('bad_revision');
  const tag = c.req.header('if-match');
  if (tag === undefined) return 'nothing';
  if (tag.trim() === '*') return 'there';
  const revision = /^"r([1-9]\d{0,14})"$/.exec(tag.trim())?.[1];
  if (revision === undefined) throw new Refusal('bad_revision');
  return Number(revision);
}

function vacancyOf(c: Ctx): Demand {
  if (c.req.header('if-none-match')?.trim() !== '*' || c.req.header('if-match') !== undefined)
    throw new Refusal('bad_revision');
  return 'not there';
}

function nameOf(c: Ctx): string {
  const name = Name.safeParse(c.req.param('name'));
  if (!name.success) throw new Refusal('bad_name');
  return name.data;
}

async function bodyOf<Body>(c: Ctx, schema: z.ZodType<Body>): Promise<Body> {
  const text = await c.req.text();
  if (text.length > REQUEST_MAX_BYTES) throw new Refusal('too_big');
  if (CHANGED.test(text)) throw new Refusal('bad_content');
  const parsed = z
    .preprocess((value, context) => {
      try {
        return JSON.parse(String(value));
      } catch {
        context.addIssue('not JSON');
        return z.NEVER;
      }
    }, schema)
    .safeParse(text);
  if (!parsed.success) throw new Refusal('bad_content', { cause: parsed.error });
  return parsed.data;
}

const isWithin = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isWithin(inner, levels - 1)));
