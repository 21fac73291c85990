import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pop } from './pops.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { startWorker } from './worker.ts';
import type { Platform } from './workers.ts';

const HOUR_MS = 3_600_000;
const entry = join(import.meta.dirname, 'testing', 'front-worker.ts');

interface Asked {
  readonly pop?: Pop;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Over a plain request, because fetch would not send another host. */
async function ask({ deployments: [deployment] }: Platform, path: string, asked: Asked = {}) {
  const { pop = 'LHR', method = 'GET', headers = {} } = asked;
  return new Promise<{ status: string; code: number; body: string; headers: object }>((resolve, reject) => {
    const sent = request(new URL(path, deployment?.urls[pop]), { method, headers }, async (response) => {
      const status = String(response.headers['cf-cache-status']);
      resolve({
        status,
        code: response.statusCode ?? 0,
        body: await text(response),
        headers: response.headers,
      });
    });
    sent.on('error', reject).end();
  });
}

describe('Workers Cache in front of a Worker', () => {
  let platform: Platform;
  let paths = 0;
  beforeAll(async () => {
    const behaviour = { clock: 'virtual', workersCache: true, isolatesPerPop: 1 } as const;
    platform = await startWorker({ entry, stateDir: freshFolder(), behaviour });
  });
  afterAll(() => platform?.stop());

  const fresh = (headers: object = {}, status = 200): string =>
    `/${++paths}?status=${status}&headers=${encodeURIComponent(JSON.stringify(headers))}`;
  const twice = async (path: string, first: Asked = {}, second: Asked = {}) => {
    const one = await ask(platform, path, first);
    const other = await ask(platform, path, second);
    return {
      one,
      other,
      isShared: other.status === 'HIT' && (other.body === one.body || second.method === 'HEAD'),
    };
  };

  test.each<[string, object, number, Asked, Asked, boolean]>([
    ['a response that says nothing about caching', {}, 200, {}, {}, true],
    ['a 404 that says nothing', {}, 404, {}, {}, true],
    ['a 403 that says nothing', {}, 403, {}, {}, false],
    ['private, no-store', { 'cache-control': 'private, no-store' }, 200, {}, {}, false],
    [
      'another host',
      {},
      200,
      { headers: { host: 'alder.localhost' } },
      { headers: { host: 'beech.localhost' } },
      true,
    ],
    [
      'another cookie',
      {},
      200,
      { headers: { cookie: 'session=a' } },
      { headers: { cookie: 'session=b' } },
      true,
    ],
    [
      'another cookie, by which it varies',
      { vary: 'cookie' },
      200,
      { headers: { cookie: 'session=a' } },
      { headers: { cookie: 'session=b' } },
      false,
    ],
    [
      'a request with Authorization',
      {},
      200,
      { headers: { authorization: 'a' } },
      { headers: { authorization: 'b' } },
      false,
    ],
    [
      'a request with Authorization, but public',
      { 'cache-control': 'public, max-age=60' },
      200,
      { headers: { authorization: 'a' } },
      { headers: { authorization: 'b' } },
      true,
    ],
    ['Set-Cookie', { 'set-cookie': 'session=a' }, 200, {}, {}, false],
    ['Vary: *', { vary: '*' }, 200, {}, {}, false],
    ['another PoP', {}, 200, {}, { pop: 'EDI' }, true],
    ['HEAD after GET', {}, 200, {}, { method: 'HEAD' }, true],
    ['another host that a header names', {}, 200, {}, { headers: { 'x-forwarded-host': 'x' } }, false],
  ])('shares or does not share: %s', async (_, headers, status, first, second, isShared) => {
    expect(await twice(fresh(headers, status), first, second)).toMatchObject({ isShared });
  });

  test('keeps a 200 without Cache-Control for two hours', async () => {
    const path = fresh();
    const first = await ask(platform, path);

    await platform.control.advance(2 * HOUR_MS - 1);
    const last = await ask(platform, path);
    await platform.control.advance(1);

    expect(last).toMatchObject({ status: 'HIT', body: first.body });
    expect(await ask(platform, path)).toMatchObject({ status: 'MISS' });
  });

  test('serves a stale answer while it is replaced, within the time that the response allows', async () => {
    const path = fresh({ 'cache-control': 'max-age=60, stale-while-revalidate=60' });
    const first = await ask(platform, path);

    await platform.control.advance(60_000);
    const stale = await ask(platform, path);

    expect(stale).toMatchObject({ status: 'UPDATING', body: first.body });
    await expect.poll(async () => (await ask(platform, path)).body).not.toBe(first.body);
  });

  test('lets a stale answer stand in while the Worker fails', async () => {
    const path = fresh({ 'cache-control': 'max-age=60' });
    const first = await ask(platform, path);
    const setFailing = (isFailing: boolean) => ask(platform, `/?failing=${isFailing}`, { method: 'POST' });

    await platform.control.advance(60_000);
    await setFailing(true);
    const [stale, missing] = [await ask(platform, path), await ask(platform, fresh())];
    await setFailing(false);

    expect(stale).toMatchObject({ status: 'STALE', code: 200, body: first.body });
    expect(missing).toMatchObject({ status: 'MISS', code: 500 });
    expect(await ask(platform, path)).toMatchObject({ status: 'MISS', code: 200 });
  });

  test.each([
    ['tags', { tags: ['Post'] }, { 'cache-tag': 'all,post' }],
    ['a prefix of paths', { pathPrefixes: ['/'] }, {}],
    ['everything', { purgeEverything: true }, {}],
  ])('ctx.cache.purge empties it, in every PoP: %s', async (_, options, headers) => {
    const path = fresh(headers);
    await ask(platform, path);

    const kept = await ask(platform, path);
    const purged = await ask(platform, `/?purge=${encodeURIComponent(JSON.stringify(options))}`, {
      pop: 'MAN',
      method: 'POST',
    });

    expect(kept.status).toBe('HIT');
    expect(kept.headers).not.toHaveProperty('cache-tag');
    expect(JSON.parse(purged.body)).toEqual({ success: true, errors: [] });
    expect((await ask(platform, path)).status).toBe('MISS');
  });
});

test('is not there unless it is chosen', async () => {
  const platform = await startWorker({ entry, stateDir: freshFolder(), behaviour: { isolatesPerPop: 1 } });
  try {
    const [one, other] = [await ask(platform, '/'), await ask(platform, '/')];

    expect(one.status).toBe('undefined');
    expect([one, other].map(({ body }) => body.slice(0, 2))).toEqual(['1 ', '2 ']);
    expect(other.headers).not.toHaveProperty('cf-cache-status');
  } finally {
    await platform.stop();
  }
});
