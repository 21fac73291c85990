import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ACCOUNT_TTL_MS } from '../src/accounts.ts';
import { bindings, call, create, tokenOf } from './client.ts';
import { meddled } from './faulty-d1.ts';

const cached = { ...bindings, CACHE: env.CACHE };
const get = (id: string, headers = {}, account = 'acme') =>
  call('GET', `/v1/clients/${id}`, { bindings: cached, headers, account });
const outcome = (response: Response) => response.headers.get('x-cache');
const bookmarkOf = (response: Response) => ({ 'x-d1-bookmark': response.headers.get('x-d1-bookmark') ?? '' });
const keyOf = (id: string, account = 'acme') => `v1:${account}:clients:${id}`;

/** Changes a document behind the cache's back, as a writer whose invalidation has not arrived yet. */
const writeUnnoticed = (id: string, body: object) => call('PUT', `/v1/clients/${id}`, { body: { body } });

// The budget for KV runs on a clock that only a test moves: a slow machine must not turn a hit into a bypass.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the KV cache', () => {
  test('is off without a binding, and not asked by lists and writes', async () => {
    const off = await create('clients', 'k0', {});
    const list = await call('GET', '/v1/clients', { bindings: cached });
    const write = await call('PUT', '/v1/clients/k0', { body: { body: {} }, bindings: cached });

    expect([off, list, write].map(outcome)).toEqual(['off', 'bypass', 'bypass']);
  });

  test('is filled by a read and answers the next one with the same bytes and ETag', async () => {
    await create('clients', 'k1', { surname: 'Ito' });

    const [first, second] = [await get('k1'), await get('k1')];

    expect([first, second].map(outcome)).toEqual(['miss', 'hit']);
    expect(await second.text()).toBe(await first.text());
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(second.headers.get('server-timing')).toMatch(/kv;dur=/);
    expect(second.headers.get('server-timing')).not.toMatch(/d1;dur=/);
  });

  test('answers a request whose bookmark the entry satisfies and hands on the position', async () => {
    const written = await create('clients', 'k2', {});
    await get('k2', bookmarkOf(written));

    const hit = await get('k2', bookmarkOf(written));

    expect(outcome(hit)).toBe('hit');
    expect(bookmarkOf(hit)['x-d1-bookmark'] >= bookmarkOf(written)['x-d1-bookmark']).toBe(true);
  });

  test('never answers against a later bookmark: read your writes holds with a stale entry', async () => {
    await create('clients', 'k3', { n: 1 });
    await get('k3');
    const written = await writeUnnoticed('k3', { n: 2 });

    const own = await get('k3', bookmarkOf(written));
    const control = await call('GET', '/v1/clients/k3', { headers: bookmarkOf(written) });

    expect(outcome(own)).toBe('miss');
    expect(await own.json()).toMatchObject({ _version: 2, body: { n: 2 } });
    expect(await control.json()).toMatchObject({ _version: 2 });
  });

  test('control: the stale entry was there, and a request without a bookmark may still get it', async () => {
    await create('clients', 'k4', { n: 1 });
    await get('k4');
    await writeUnnoticed('k4', { n: 2 });

    expect(await (await get('k4')).json()).toMatchObject({ _version: 1 });
  });

  test('is not asked when the bookmark does not verify: only the primary is fresh enough', async () => {
    await create('clients', 'k5', { n: 1 });
    await get('k5');
    await writeUnnoticed('k5', { n: 2 });

    const response = await get('k5', { 'x-d1-bookmark': 'garbage' });

    expect(outcome(response)).toBe('bypass');
    expect(await response.json()).toMatchObject({ _version: 2 });
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'batch'])('drops the entry after %s', async (method) => {
    const id = `drop-${method}`;
    await create('clients', id, {});
    await get(id);
    expect(await env.CACHE.get(keyOf(id))).not.toBeNull();

    const path = method === 'batch' ? '/v1/batch' : `/v1/clients/${id}`;
    const operations = [{ op: 'put', collection: 'clients', id, body: {} }];
    const response = await call(method === 'batch' ? 'POST' : method, path, {
      bindings: cached,
      ...(method !== 'DELETE' && { body: method === 'batch' ? { operations } : { body: {} } }),
    });

    expect(response.ok).toBe(true);
    expect(await env.CACHE.get(keyOf(id))).toBeNull();
  });

  test('remembers no absence: a document created after a miss is found', async () => {
    const before = await get('k6');
    await create('clients', 'k6', {});

    expect([before.status, (await get('k6')).status]).toEqual([404, 200]);
  });

  test('keeps accounts apart under the same id', async () => {
    await create('clients', 'k7', { owner: 'acme' });
    await create('clients', 'k7', { owner: 'birch' }, { account: 'birch' });
    await Promise.all([get('k7'), get('k7', {}, 'birch')]);

    const [acme, birch] = [await get('k7'), await get('k7', {}, 'birch')];

    expect([acme, birch].map(outcome)).toEqual(['hit', 'hit']);
    expect([await acme.json(), await birch.json()]).toMatchObject([
      { body: { owner: 'acme' } },
      { body: { owner: 'birch' } },
    ]);
  });
});

describe('a cache entry', () => {
  /** Stores acme's entry of `from` under another key, with its metadata changed. */
  async function storeEntry(from: string, key: string, change: object = {}): Promise<void> {
    const { value, metadata } = await env.CACHE.getWithMetadata<object>(keyOf(from), 'arrayBuffer');
    if (!value) throw new Error(`no entry for ${from}`);
    await env.CACHE.put(key, value, { metadata: { ...metadata, ...change } });
  }

  const LATEST = 'ffffffff-ffffffff-ffffffff-ffffffffffffffffffffffffffffffff';

  test('is noise to whoever reads KV', async () => {
    await create('clients', 's1', { surname: 'Readable' });
    await get('s1');

    const { value, metadata } = await env.CACHE.getWithMetadata(keyOf('s1'), 'text');

    expect(value).not.toContain('Readable');
    expect(JSON.stringify(metadata)).not.toContain('Readable');
  });

  test.each<[string, string, object]>([
    ["another document's", 's2-victim', {}],
    ['with a later bookmark than it was made at', 's2', { bookmark: LATEST }],
    ['with another version', 's2', { version: 7 }],
    ['with metadata of another shape', 's2', { version: 'seven' }],
  ])('%s is refused, and D1 answers', async (_, id, change) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    for (const name of ['s2', 's2-victim'])
      await call('PUT', `/v1/clients/${name}`, { body: { body: { name } } });
    await get('s2');
    await storeEntry('s2', keyOf(id), change);

    const response = await get(id);

    expect(outcome(response)).toBe('bypass');
    expect(await response.json()).toMatchObject({ body: { name: id } });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('cache_read_failed'));
  });

  test("another account's is refused", async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    await create('clients', 's3', { owner: 'acme' });
    await create('clients', 's3', { owner: 'birch' }, { account: 'birch' });
    await get('s3');
    await storeEntry('s3', keyOf('s3', 'birch'));

    const response = await get('s3', {}, 'birch');

    expect(outcome(response)).toBe('bypass');
    expect(await response.json()).toMatchObject({ body: { owner: 'birch' } });
  });

  test('from another shard is refused: positions of two databases do not compare', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const token = await tokenOf('damson', { exp: 9_999_999_999 });
    const options = { account: 'damson', token, bindings: cached };
    await env.ACCOUNTS.prepare(
      "INSERT INTO account (id, name, db_shard_id) VALUES ('damson', 'Damson', 'eu-1')",
    ).run();
    await create('clients', 's4', { n: 'on the old shard' }, options);
    const before = [
      await call('GET', '/v1/clients/s4', options),
      await call('GET', '/v1/clients/s4', options),
    ];
    await env.ACCOUNTS.prepare("UPDATE account SET db_shard_id = 'eu-2' WHERE id = 'damson'").run();
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout'], now: Date.now() + ACCOUNT_TTL_MS });

    const after = await call('GET', '/v1/clients/s4', options);

    expect(before.map(outcome)).toEqual(['miss', 'hit']);
    expect([outcome(after), after.status]).toEqual(['bypass', 404]);
  });
});

describe('a failing KV', () => {
  const failing = (method: string, failure: () => Promise<never>) =>
    new Proxy(env.CACHE, {
      get: (target, name) => (name === method ? failure : Reflect.get(target, name).bind(target)),
    });
  const reject = () => Promise.reject(new Error('KV failed: 429 Too Many Requests'));
  /** Never answers; the moment it is asked, the budget runs out. */
  const hang = () => {
    queueMicrotask(() => vi.runAllTimers());
    return new Promise<never>(() => {});
  };

  test.each<[string, string, () => Promise<never>, string]>([
    ['reads', 'getWithMetadata', reject, 'bypass'],
    ['reads by never answering', 'getWithMetadata', hang, 'bypass'],
    ['fills', 'put', reject, 'miss'],
    ['drops', 'delete', reject, 'miss'],
  ])('that fails %s fails no request', async (_, method, failure, expected) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const broken = { ...bindings, CACHE: failing(method, failure) };
    const id = `f-${method}-${failure.name}`;

    const written = await call('PUT', `/v1/clients/${id}`, { body: { body: { n: 1 } }, bindings: broken });
    const read = await call('GET', `/v1/clients/${id}`, { bindings: broken });

    expect([written.status, read.status, outcome(read)]).toEqual([201, 200, expected]);
    expect(warn).toHaveBeenCalled();
  });

  test('does not hide a failing D1', async () => {
    const dead = meddled(bindings.SHARD_EU_1, {
      before: () => {
        throw new Error('D1_ERROR: D1 DB is overloaded. Too many requests queued.');
      },
    });

    const response = await call('GET', '/v1/clients/nothing-cached', {
      bindings: { ...cached, SHARD_EU_1: dead },
    });

    expect(response.status).toBe(503);
  });
});
