import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import { FaultInjector, FaultPlan } from '../faults/index.ts';
import { POPS } from '../pops.ts';
import { type CacheCall, EdgeCache } from './edge-cache.ts';
import { type StoredResponse, StoredResponses } from './stored-responses.ts';

const WALL_MS = Date.UTC(2026, 5, 1);
const call: CacheCall = { pop: 'LHR', cache: undefined, url: 'https://a.example/', headers: {} };

function open(plan: unknown[] = []) {
  const clock = new VirtualClock();
  const faults = new FaultInjector(clock, 1, 'cache-api');
  faults.set(FaultPlan.parse(plan));
  return { clock, faults, cache: new EdgeCache(clock, faults, () => WALL_MS) };
}

const response = (
  headers: Record<string, string>,
  changes: Partial<StoredResponse> = {},
): StoredResponse => ({
  ...{ status: 200, statusText: 'OK', headers: Object.entries(headers), body: Buffer.from('body') },
  ...changes,
});

const SECONDS_60 = response({ 'cache-control': 'max-age=60' });
const inSeconds = (seconds: number): string => new Date(WALL_MS + seconds * 1_000).toUTCString();

describe('a stored response', () => {
  /** With the header, or the status: for how long it may be used. */
  test.each<[string, StoredResponse, number]>([
    ['max-age', SECONDS_60, 60],
    ['s-maxage', response({ 'cache-control': 'max-age=10, s-maxage=60' }), 60],
    ['Expires, by the clock of the Worker', response({ expires: inSeconds(60) }), 60],
    ['Expires after its Date', response({ expires: inSeconds(90), date: inSeconds(30) }), 60],
    [
      'CDN-Cache-Control first',
      response({ 'cdn-cache-control': 'max-age=60', 'cache-control': 'no-store' }),
      60,
    ],
    [
      "Cloudflare's own before that",
      response({ 'cloudflare-cdn-cache-control': 'max-age=60', 'cdn-cache-control': 'no-store' }),
      60,
    ],
    ['its Age when it came', response({ 'cache-control': 'max-age=90', age: '30' }), 60],
    ['nothing said: two hours', response({}), 7_200],
    ['nothing but public', response({ 'cache-control': 'public' }), 7_200],
    ['nothing said of a 404: three minutes', response({}, { status: 404 }), 180],
    ['a failure that says for how long', { ...SECONDS_60, status: 500 }, 60],
  ])('ages with the clock of the data plane: %s', async (_, stored, seconds) => {
    const { clock, cache } = open();

    cache.put(call, stored);
    await clock.advance(seconds * 1_000 - 1);
    const last = cache.match(call);
    await clock.advance(1);

    expect(last?.body.toString()).toBe('body');
    expect(cache.match(call)).toBeUndefined();
    expect(cache.delete(call)).toBe(false);
  });

  test('says how old it is', async () => {
    const { clock, cache } = open();

    cache.put(call, response({ 'cache-control': 'max-age=60', age: '5' }));
    await clock.advance(2_999);

    expect(cache.match(call)?.headers).toEqual([
      ['cache-control', 'max-age=60'],
      ['age', '7'],
    ]);
  });

  test('is in its PoP alone, and so is its deletion', () => {
    const { cache } = open();
    const found = () => POPS.filter((pop) => cache.match({ ...call, pop }) !== undefined);

    cache.put(call, SECONDS_60);
    cache.put({ ...call, pop: 'MAN' }, SECONDS_60);
    const before = found();
    const deleted = [cache.delete({ ...call, pop: 'EDI' }), cache.delete(call)];

    expect(before).toEqual(['LHR', 'MAN']);
    expect(deleted).toEqual([false, true]);
    expect(found()).toEqual(['MAN']);
  });
});

test.each<[string, StoredResponse]>([
  ['it says no-store', response({ 'cache-control': 'No-Store' })],
  ['it says private', response({ 'cache-control': 'private="x-own", max-age=60' })],
  ['it sets a cookie', response({ 'cache-control': 'max-age=60', 'set-cookie': 'a=b' })],
  ['it varies by everything (Vary: *)', response({ vary: 'accept, *' })],
  ['it is stale already', response({ 'cache-control': 'max-age=60', age: '60' })],
  ['it is stale already', response({ 'cache-control': 'no-cache, max-age=60' })],
  ['it is stale already', response({ 'cache-control': 'max-age=none' })],
  ['a 206 is a part of an answer', { ...SECONDS_60, status: 206 }],
  ['a 522 is a failure of the edge', { ...SECONDS_60, status: 522 }],
  ['a 403 is not kept unless it says for how long', response({}, { status: 403 })],
])('not stored, because %s', (reason, refused) => {
  const { cache } = open();

  expect(cache.put(call, refused)).toBe(reason);
  expect(cache.match(call)).toBeUndefined();
});

test('what was not stored leaves what was there before', () => {
  const { cache } = open();

  cache.put(call, SECONDS_60);
  cache.put(call, response({ 'cache-control': 'no-store' }, { body: Buffer.from('other') }));

  expect(cache.match(call)?.body.toString()).toBe('body');
});

test('a planned eviction takes away what its selectors name, and is reported', () => {
  const { cache, faults } = open([
    { id: 'f', kind: 'cache-eviction', pop: 'LHR', keyPattern: '/$', times: 1 },
  ]);
  const other = { ...call, url: 'https://a.example/other' };
  for (const each of [call, other, { ...call, pop: 'MAN' } as const]) cache.put(each, SECONDS_60);

  const found = [call, other, { ...call, pop: 'MAN' } as const].map(
    (each) => cache.match(each) !== undefined,
  );
  cache.put(call, SECONDS_60);

  expect(found).toEqual([false, true, true]);
  expect(cache.match(call)).toBeDefined();
  expect(faults.report()).toMatchObject([{ id: 'f', count: 1, firings: [{ pop: 'LHR', key: call.url }] }]);
});

test('a full cache drops what was not used for longest, and takes nothing larger than itself', () => {
  const responses = new StoredResponses(new VirtualClock(), 10);
  const lifetime = {
    freshMs: 1,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    ageMs: 0,
    isWithoutCookies: false,
  };
  const set = (key: string, bytes: number) =>
    responses.set(key, response({}, { body: Buffer.alloc(bytes) }), lifetime, {});

  set('a', 4);
  set('b', 4);
  responses.get('a');
  const fits = [set('c', 4), set('d', 11), set('a', 6)];

  expect(fits).toEqual([true, false, true]);
  expect(['a', 'b', 'c', 'd'].filter((key) => responses.get(key))).toEqual(['a', 'c']);
});
