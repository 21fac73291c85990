import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ReferenceTarget, startReference } from './testing/reference-target.ts';

/** With a KV that is never stale: under staleness it would be luck when an entry answers. */
let target: ReferenceTarget;
beforeAll(async () => {
  target = await startReference();
});
afterAll(() => target?.platform.stop());

test('a response names the region and the instance of D1 and the cache outcome, and forbids shared caching', async () => {
  const url = `${target.url}/v1/clients/evidence`;
  const headers = { authorization: target.authorization };
  await fetch(url, { method: 'PUT', headers, body: '{"body":{}}' });

  const miss = await fetch(url, { headers });
  // The fill happens after the response, so it is waited for, within a bound.
  await expect
    .poll(async () => (await fetch(url, { headers })).headers.get('x-cache'), { timeout: 30_000 })
    .toBe('hit');

  expect(miss.headers.get('server-timing')).toMatch(/route;dur=.*kv;dur=.*d1;dur=[\d.]+;desc="WEUR primary"/);
  expect(miss.headers.get('cache-control')).toBe('private, no-store');
});
