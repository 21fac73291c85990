import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { useWorker } from '../local/vitest.ts';
import { sendHttp } from '../target/index.ts';
import { ownerSession, SESSION_SECRET } from './system.ts';

/** What no check of conformance shows: how often D1 is asked, what it is given to write, and where media are. */

const ROUTER_SECRET = 'secret-of-the-router';
const WRITES_A_MINUTE = 6;
/** So long that all of them have asked before the first answer, on a busy machine, too. */
const SLOW_MS = 1_500;
const READERS = 30;
const MINUTE_MS = 60_000;
const worker = useWorker({
  config: join(import.meta.dirname, 'wrangler.jsonc'),
  vars: { SESSION_SECRET, ROUTER_SECRET, WRITES_A_MINUTE: String(WRITES_A_MINUTE) },
});

const hostOf = (tenant: string): string => `${tenant}.sites.example.com`;
type Headers = Readonly<Record<string, string>>;
const ask = (method: string, tenant: string, path: string, headers: Headers = {}, body?: string) =>
  sendHttp(worker.url(), {
    ...{ method, path, headers: { host: hostOf(tenant), ...headers } },
    ...(body !== undefined && { body }),
  });
const look = (tenant: string, path: string, headers?: Headers) => ask('GET', tenant, path, headers);
const owner = (tenant: string): Headers => ({ cookie: `session=${ownerSession(`owner@${tenant}.example`)}` });
const entry = JSON.stringify({ title: 'Title', text: 'Text', status: 'published' });
const put = (tenant: string, id: string, headers: Headers = {}) =>
  ask('PUT', tenant, `/admin/posts/${id}`, { ...owner(tenant), ...headers }, entry);

beforeAll(async () => {
  for (const tenant of ['oak', 'ash']) {
    await worker.platform.operator.query(
      'DB',
      'INSERT INTO tenant (id, owner_email, views_a_minute) VALUES (?1, ?2, 100000)',
      [tenant, `owner@${tenant}.example`],
    );
    await worker.platform.operator.query(
      'DB',
      "INSERT INTO post (tenant_id, id, title, text, status) VALUES (?1, 'cold', ?1, 'Text', 'published')",
      [tenant],
    );
  }
});

/** Each test has a minute of the clock, and so a budget, of its own. */
let minutes = 0;
const minuteOf = (later: number) => ({
  ...{ id: 'minutes', kind: 'clock-skew' },
  skewMs: (minutes + later) * MINUTE_MS,
});
beforeEach(async () => {
  minutes += 2;
  await worker.platform.control.setFaults([
    { id: 'minutes', kind: 'clock-skew', skewMs: minutes * MINUTE_MS },
  ]);
});

/** How often D1 is asked meanwhile. */
async function queriesOf(work: () => Promise<unknown>): Promise<number> {
  const asked = async (): Promise<number> =>
    (await worker.platform.control.usage()).databases.reduce((sum, { requests }) => sum + requests, 0);
  const before = await asked();
  await work();
  return (await asked()) - before;
}

test('a view without any cache reads D1 three times, and the next one not at all (D7)', async () => {
  const first = await queriesOf(() => look('ash', '/posts/cold'));
  await expect.poll(() => queriesOf(() => look('ash', '/posts/cold'))).toBe(0);

  expect(first).toBe(3);
});

test('a cold post is read once for all who ask while it is being read (D8)', async () => {
  await look('oak', '/theme.css');
  const program = { accept: 'application/json' };
  const statuses = new Map<number, number>();
  const slow = { id: 'slow', kind: 'slow-shard', addMs: SLOW_MS };
  await worker.platform.control.setFaults([minuteOf(0), slow]);

  const queries = await queriesOf(() =>
    Promise.all(
      Array.from({ length: READERS }, async () => {
        const { status } = await look('oak', '/posts/cold', program);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }),
    ),
  );

  expect([...statuses]).toEqual([[200, READERS]]);
  expect(queries).toBe(1);
});

test('a write beyond the budget of a minute is refused, was not done, and is taken in the next one (D6)', async () => {
  const statuses: number[] = [];
  for (let at = 0; at < WRITES_A_MINUTE + 1; at += 1)
    statuses.push((await put(at % 2 === 0 ? 'oak' : 'ash', `budget-${at}`)).status);
  const written = await worker.platform.operator.query('DB', "SELECT id FROM post WHERE id GLOB 'budget-*'");
  await worker.platform.control.setFaults([minuteOf(1)]);

  expect(statuses).toEqual([...Array.from({ length: WRITES_A_MINUTE }, () => 200), 429]);
  expect(written).toHaveLength(WRITES_A_MINUTE);
  expect((await put('oak', `budget-${WRITES_A_MINUTE}`)).status).toBe(200);
});

test.each([
  ['its own site', 200, `https://${hostOf('oak')}`],
  ['the site of another tenant, where the cookie is sent too', 403, `https://${hostOf('ash')}`],
  ['another site', 403, 'https://example.org'],
  ['no site at all', 403, 'null'],
])('a write that a page of %s makes is answered with %i', async (_, status, origin) => {
  expect((await put('oak', 'from-a-page', { origin })).status).toBe(status);
});

test('a forwarded host is believed from the router alone (D1)', async () => {
  const forwarded = { 'x-forwarded-host': hostOf('ash') };
  const program = { accept: 'application/json' };
  const titleSeen = async (headers: Headers): Promise<unknown> =>
    JSON.parse((await look('oak', '/posts/cold', { ...program, ...headers })).body).title;

  expect(await titleSeen({ ...forwarded, 'x-router-secret': ROUTER_SECRET })).toBe('ash');
  expect(await titleSeen({ ...forwarded, 'x-router-secret': 'guessed' })).toBe('oak');
  expect(await titleSeen(forwarded)).toBe('oak');
});

test('media of one tenant are below its name, and no other has them (D2)', async () => {
  const media = { ...owner('oak'), 'content-type': 'image/svg+xml' };
  const picture = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

  expect((await ask('PUT', 'oak', '/admin/media/logo.svg', media, picture)).status).toBe(200);
  const own = await look('oak', '/media/logo.svg');
  expect([own.status, own.body, own.headers['content-type']]).toEqual([200, picture, 'image/svg+xml']);
  expect(own.headers['content-security-policy']).toContain("default-src 'none'");
  expect(own.headers['x-content-type-options']).toBe('nosniff');
  for (const path of [
    '/media/logo.svg',
    '/media/..%2F..%2Foak%2Fmedia%2Flogo.svg',
    '/media/oak%2Fmedia%2Flogo.svg',
  ])
    expect((await look('ash', path)).status).toBe(404);
  expect((await ask('DELETE', 'ash', '/admin/media/logo.svg', owner('ash'))).status).toBe(204);
  expect((await look('oak', '/media/logo.svg')).status).toBe(200);
});
