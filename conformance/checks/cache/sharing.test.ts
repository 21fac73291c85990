import { describe, expect, test } from 'vitest';
import { sharingFlaw } from './sharing.ts';

const SAFE = { 'cache-control': 'private, no-store', vary: 'authorization, host' };
const flawOf = (headers: Readonly<Record<string, string | undefined>>): string | undefined =>
  sharingFlaw({ status: 200, body: '', headers: { ...SAFE, ...headers } }, ['authorization']);

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
