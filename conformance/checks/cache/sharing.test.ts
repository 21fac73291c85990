import { describe, expect, test } from 'vitest';
import { sharingFlaw } from './sharing.ts';

const SAFE = { 'cache-control': 'private, no-store', vary: 'authorization, host' };
const flawOf = (headers: Readonly<Record<string, string | undefined>>): string | undefined =>
  sharingFlaw(
    { status: 200, body: '', headers: { ...SAFE, ...headers } },
    { method: 'GET', identifiedBy: ['authorization'], isStrict: true },
  );
const lenient = (method: string, status: number, headers: Readonly<Record<string, string>>) =>
  sharingFlaw({ status, body: '', headers }, { method, identifiedBy: ['authorization'], isStrict: false });

describe('a response', () => {
  test.each<Record<string, string>>([
    {},
    { 'cache-control': 'No-Store,PRIVATE', vary: 'Host, Authorization' },
    { 'cache-control': 'private, no-store, max-age=0', vary: '*' },
    { 'cdn-cache-control': 'no-store' },
  ])('that must not be shared is recognised: %j', (headers) => {
    expect(flawOf(headers)).toBeUndefined();
  });

  test.each<[string, Record<string, string | undefined>]>([
    ['has no Cache-Control', { 'cache-control': undefined }],
    ['lacks no-store', { 'cache-control': 'private, max-age=60' }],
    ['lacks private', { 'cache-control': 'no-store' }],
    // Only the field that is named is private (RFC 9111, section 5.2.2.7).
    ['lacks private', { 'cache-control': 'private="set-cookie", no-store' }],
    ['says s-maxage=60 as well', { 'cache-control': 'private, no-store, s-maxage=60' }],
    ['cdn-cache-control', { 'cdn-cache-control': 'max-age=60' }],
    ['Vary does not name authorization', { vary: 'host' }],
    ['Vary does not name authorization', { vary: undefined }],
    ['its Age is 7 s', { age: '7' }],
  ])('that may be shared is recognised: it %s', (flaw, headers) => {
    expect(flawOf(headers)).toContain(flaw);
  });
});

describe('by the standard alone, where nothing more is promised,', () => {
  test.each<[string, number, Record<string, string>]>([
    // RFC 9110, sections 9.3.4 and 9.3.5.
    ['PUT', 200, {}],
    ['PUT', 201, { 'cache-control': 'max-age=60' }],
    ['DELETE', 204, {}],
    // Only with explicit freshness (section 9.3.3, RFC 5789).
    ['POST', 201, {}],
    ['PATCH', 200, {}],
    // Either directive is enough (RFC 9111, sections 5.2.2.5 and 5.2.2.7).
    ['GET', 200, { 'cache-control': 'no-store' }],
    ['GET', 200, { 'cache-control': 'private, max-age=60' }],
    // No status that a cache may keep by a guess (RFC 9110, section 15.1).
    ['GET', 401, {}],
    ['GET', 503, {}],
  ])('the answer to %s with %i and %j is not shared', (method, status, headers) => {
    expect(lenient(method, status, headers)).toBeUndefined();
  });

  test.each<[string, number, Record<string, string>]>([
    ['GET', 200, {}],
    ['GET', 404, {}],
    ['GET', 200, { 'cache-control': 'max-age=60' }],
    ['GET', 503, { 'cache-control': 'public, max-age=60' }],
    ['POST', 200, { 'cache-control': 'max-age=60' }],
    ['POST', 200, { expires: 'Fri, 27 Nov 2026 20:00:00 GMT' }],
    ['GET', 200, { 'cache-control': 'no-store', 'cdn-cache-control': 'max-age=60' }],
    ['PUT', 200, { age: '3' }],
  ])('the answer to %s with %i and %j may be', (method, status, headers) => {
    expect(lenient(method, status, headers)).toBeDefined();
  });
});
