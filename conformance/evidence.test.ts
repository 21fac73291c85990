import { afterAll, beforeAll, expect, test } from 'vitest';
import { mintToken, type Platform, startPlatform, topologies } from '../reference-worker/local/index.ts';
import { freshFolder } from '../reference-worker/local/test/fresh-folder.ts';

/** With a KV that is never stale: under staleness it would be luck when an entry answers. */
const secrets = { jwtSecret: 'secret-of-the-identity-provider', sealSecret: 'root-of-the-sealing-keys' };
let platform: Platform;
beforeAll(async () => {
  const topology = topologies.shared;
  platform = await startPlatform({ topology, stateDir: freshFolder(), kvCache: true, secrets });
});
afterAll(() => platform?.stop());

test('a response names the region and the instance of D1 and the cache outcome, and forbids shared caching', async () => {
  const token = await mintToken({
    secret: secrets.jwtSecret,
    account: 'acme',
    user: 'us-1',
    ttlSeconds: 600,
  });
  const url = `${platform.deployments[0]?.urls.LHR}/v1/clients/evidence`;
  const headers = { authorization: `Bearer ${token}` };
  await fetch(url, { method: 'PUT', headers, body: '{"body":{}}' });

  const miss = await fetch(url, { headers });
  // The fill happens after the response, so it is waited for, within a bound.
  await expect
    .poll(async () => (await fetch(url, { headers })).headers.get('x-cache'), { timeout: 30_000 })
    .toBe('hit');

  expect(miss.headers.get('server-timing')).toMatch(/route;dur=.*kv;dur=.*d1;dur=[\d.]+;desc="WEUR replica"/);
  expect(miss.headers.get('cache-control')).toBe('private, no-store');
});
