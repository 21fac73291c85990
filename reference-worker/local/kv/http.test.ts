import type { Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { listen } from '../backend/index.ts';
import { openNamespace, put } from '../testing/open-namespace.ts';
import { createKvServer } from './http.ts';

const CACHING = { cache: { defaultTtlMs: 60_000, machinesPerPop: 1 }, propagationMs: 10_000 };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(...[changes, plan]: Parameters<typeof openNamespace>) {
  const opened = openNamespace(changes, plan);
  const server = createKvServer(opened.kv);
  servers.push(server);
  return { ...opened, url: `http://127.0.0.1:${await listen(server)}` };
}

test('a request comes from the PoP that x-pop names, and from LHR without one that is known', async () => {
  const { kv, url } = await serve(CACHING);
  await put(kv, 'LHR', 'key', '1');
  const statusFrom = async (pop?: string) => {
    const headers = pop === undefined ? undefined : { 'x-pop': pop };
    return (await fetch(`${url}/key`, { ...(headers && { headers }) })).status;
  };

  expect([await statusFrom('LHR'), await statusFrom(), await statusFrom('AMS')]).toEqual([200, 200, 200]);
  expect([await statusFrom('MAN'), await statusFrom('EDI')]).toEqual([404, 404]);
});

test('writes, lists and bulk reads come from their PoP too', async () => {
  const { kv, url } = await serve(CACHING);
  const send = (method: string, path: string, pop: string, body?: string) =>
    fetch(`${url}${path}`, { method, headers: { 'x-pop': pop }, ...(body !== undefined && { body }) });
  const bulk = JSON.stringify({ keys: ['key'] });

  await send('PUT', '/key', 'MAN', '1');

  expect((await kv.get('LHR', 'key', null)).entry).toBeUndefined();
  expect(await (await send('POST', '/bulk/get', 'MAN', bulk)).json()).toEqual({ key: '1' });
  expect(await (await send('POST', '/bulk/get', 'EDI', bulk)).json()).toEqual({ key: null });
  expect(await (await send('GET', '/?prefix=', 'MAN')).json()).toMatchObject({ keys: [{ name: 'key' }] });
  expect(await (await send('GET', '/?prefix=', 'EDI')).json()).toMatchObject({ keys: [] });

  await send('DELETE', '/key', 'MAN');
  expect((await kv.get('MAN', 'key', null)).entry).toBeUndefined();
});

test('tells a hit from a miss, of a value and of nothing, when PoPs have caches', async () => {
  const { kv, url } = await serve(CACHING);
  await put(kv, 'LHR', 'key', '1');
  const statuses = async (path: string) => {
    const replies = [await fetch(`${url}${path}`), await fetch(`${url}${path}`)];
    return replies.map(({ headers }) => headers.get('cf-cache-status'));
  };

  expect(await statuses('/key')).toEqual(['MISS', 'HIT']);
  expect(await statuses('/none')).toEqual(['MISS', 'HIT']);
});

test('says nothing about caches when there are none', async () => {
  const { url } = await serve();

  expect((await fetch(`${url}/none`)).headers.has('cf-cache-status')).toBe(false);
});

test('every operation is counted, a bulk read by its keys, and what is refused is not', async () => {
  const { kv, url } = await serve(CACHING);
  const body = JSON.stringify({ keys: ['key', 'none', 'nothing'] });
  const kinds: [string, string, string?][] = [
    ['PUT', '/key', '1'],
    ['PUT', '/other', '1'],
    ['PUT', `/${'k'.repeat(513)}`, '1'],
    ['GET', '/key'],
    ['GET', '/key'],
    ['GET', '/key?cache_ttl=1'],
    ['POST', '/bulk/get', body],
    ['GET', '/?prefix='],
    ['DELETE', '/other'],
  ];

  for (const [method, path, sent] of kinds)
    await fetch(`${url}${path}`, { method, ...(sent !== undefined && { body: sent }) });

  // The second read of `key`, and the one in bulk.
  expect(kv.usage()).toEqual({
    namespace: 'cache',
    reads: 5,
    cachedReads: 2,
    writes: 2,
    deletes: 1,
    lists: 1,
  });
});

test('an error is said in the reason phrase', async () => {
  const { url } = await serve({}, [{ id: 'f', kind: 'kv-error', status: 502 }]);

  const { status, statusText } = await fetch(`${url}/key`);

  expect([status, statusText]).toEqual([502, 'Bad Gateway']);
});
