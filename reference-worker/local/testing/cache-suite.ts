import { expect, test } from 'vitest';
import type { CacheCall, Outcome } from './probe.ts';

/** What a Worker may expect of the Cache API, whoever provides it. */
export function describeCache(cache: (...calls: CacheCall[]) => Promise<readonly Outcome[]>): void {
  let keys = 0;
  const fresh = (path = ''): string => `https://cache.example/${++keys}/${path}`;
  const putting = (
    url: string,
    headers: [string, string][],
    more: CacheCall['response'] = {},
  ): CacheCall => ({
    method: 'put',
    url,
    response: { body: 'stored', headers, ...more },
  });
  const LASTING: [string, string] = ['cache-control', 'max-age=60'];
  const hit = { value: expect.objectContaining({ status: 200, body: 'stored' }) };
  const found = async (...calls: CacheCall[]) => (await cache(...calls)).at(-1);

  test('a response is stored under its whole URL, and in the cache of its name alone', async () => {
    const url = fresh('a?q=1');
    const keyOf = (changed: Partial<CacheCall>): CacheCall => ({ method: 'match', url, ...changed });

    const outcomes = await cache(
      putting(url, [LASTING, ['x-own', 'é']]),
      keyOf({}),
      keyOf({ url: url.replace('https', 'http') }),
      keyOf({ url: url.replace('cache.example', 'other.example') }),
      keyOf({ url: url.replace('q=1', 'q=2') }),
      keyOf({ cache: 'named' }),
      { ...putting(url, [LASTING], { body: 'named' }), cache: 'named' },
      keyOf({ cache: 'named' }),
      keyOf({}),
    );

    const none = {};
    expect(outcomes.map((outcome) => JSON.parse(JSON.stringify(outcome)).value?.body)).toEqual([
      ...[undefined, 'stored', undefined, undefined, undefined, undefined, undefined],
      ...['named', 'stored'],
    ]);
    expect(outcomes[1]).toMatchObject({
      value: { headers: { 'x-own': 'é', 'cf-cache-status': 'HIT', 'cache-control': 'max-age=60' } },
    });
    expect(outcomes[2]).toEqual(none);
  });

  test('a delete tells whether there was something, and takes it away', async () => {
    const url = fresh();
    const gone = { method: 'delete', url } as const;

    const outcomes = await cache(gone, putting(url, [LASTING]), gone, gone, { method: 'match', url });

    expect(outcomes.map((outcome) => JSON.parse(JSON.stringify(outcome)).value)).toEqual([
      ...[false, undefined, true, false, undefined],
    ]);
  });

  test.each<[string, [string, string][], CacheCall['response']?]>([
    ['max-age', [['cache-control', 'max-age=60']]],
    ['s-maxage before max-age', [['cache-control', 'max-age=0, s-maxage=60']]],
    ['Expires', [['expires', new Date(Date.now() + 3_600_000).toUTCString()]]],
    ['a Vary that names a header', [LASTING, ['vary', 'cookie']]],
    [
      'Set-Cookie that is private',
      [
        ['cache-control', 'private=Set-Cookie, max-age=60'],
        ['set-cookie', 'a=b'],
      ],
    ],
    ['no body', [LASTING], { body: null }],
    ['a body of unknown length', [LASTING], { isStreamed: true }],
    ['a 404 that says for how long', [LASTING], { status: 404 }],
  ])('is stored: %s', async (_, headers, response) => {
    const url = fresh();

    const outcome = await found(putting(url, headers, response), { method: 'match', url });

    const { status = 200, body = 'stored' } = response ?? {};
    expect(outcome).toMatchObject({ value: { status, body: body ?? '' } });
    expect(JSON.stringify(outcome)).not.toContain('set-cookie"');
  });

  test.each<[string, [string, string][], CacheCall['response']?]>([
    ['no-store', [['cache-control', 'no-store, max-age=60']]],
    ['private', [['cache-control', 'private, max-age=60']]],
    ['no-cache', [['cache-control', 'no-cache, max-age=60']]],
    ['max-age of nothing', [['cache-control', 'max-age=0']]],
    ['s-maxage of nothing', [['cache-control', 'max-age=60, s-maxage=0']]],
    ['Set-Cookie', [LASTING, ['set-cookie', 'a=b']]],
    ['Expires in the past', [['expires', 'Thu, 01 Dec 1994 16:00:00 GMT']]],
    ['Expires that is no date', [['expires', '0']]],
    ['a 304', [LASTING], { status: 304, body: null }],
  ])('is not stored: %s', async (_, headers, response) => {
    const url = fresh();

    expect(await found(putting(url, headers, response), { method: 'match', url })).toEqual({});
  });

  test('a header that holds a control character does no harm', async () => {
    const url = fresh();

    await cache(putting(url, [LASTING, ['x-own', 'a\u007fb\u0001']]), { method: 'match', url });

    expect(await found(putting(url, [LASTING]), { method: 'match', url })).toEqual(hit);
  });

  test.each<[string, string, boolean]>([
    ['max-age alone', 'max-age=60', false],
    ['public', 'public, max-age=60', true],
    ['s-maxage', 's-maxage=60', true],
    ['must-revalidate', 'must-revalidate, max-age=60', true],
  ])('under a key with Authorization: %s', async (_, control, isStored) => {
    const url = fresh();
    const headers = { authorization: 'Bearer a' };

    const outcome = await found(
      { ...putting(url, [['cache-control', control]]), headers },
      // Whoever asks: who is asking is no part of the key.
      { method: 'match', url, headers: { authorization: 'Bearer b' } },
    );

    expect(outcome).toEqual(isStored ? hit : {});
  });

  test.each<[string, Record<string, string>, object]>([
    ['the ETag', { 'if-none-match': '"1"' }, { status: 304, body: '' }],
    ['one of several, weakly', { 'if-none-match': '"0", W/"1"' }, { status: 304, body: '' }],
    ['any', { 'if-none-match': '*' }, { status: 304, body: '' }],
    ['another ETag', { 'if-none-match': '"2"' }, { status: 200, body: 'stored' }],
    ['the date', { 'if-modified-since': 'Fri, 02 Jan 2026 00:00:00 GMT' }, { status: 304, body: '' }],
    [
      'an earlier date',
      { 'if-modified-since': 'Wed, 01 Jan 2025 00:00:00 GMT' },
      { status: 200, body: 'stored' },
    ],
    [
      'the first bytes',
      { range: 'bytes=0-2' },
      { status: 206, body: 'sto', headers: { 'content-range': 'bytes 0-2/6' } },
    ],
    ['from a byte on', { range: 'bytes=4-' }, { status: 206, body: 'ed' }],
    ['the last bytes', { range: 'bytes=-3' }, { status: 206, body: 'red' }],
    ['more than there is', { range: 'bytes=4-99' }, { status: 206, body: 'ed' }],
  ])('match with a condition or a range: %s', async (_, headers, expected) => {
    const url = fresh();
    const put = putting(url, [LASTING, ['etag', '"1"'], ['last-modified', 'Thu, 01 Jan 2026 00:00:00 GMT']]);

    expect(await found(put, { method: 'match', url, headers })).toMatchObject({ value: expected });
  });

  test.each<[string, [string, string][], number]>([
    ["Cannot cache response with 'Vary: *' header.", [LASTING, ['vary', '*']], 200],
    ['Cannot cache response to a range request (206 Partial Content).', [LASTING], 206],
  ])('put throws: %s', async (error, headers, status) => {
    expect(await found(putting(fresh(), headers, { status }))).toEqual({ error });
  });
}
