import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadSystem } from '../target/index.ts';
import { CloudflareDouble } from './cloudflare-double.testing.ts';
import { configuredFor, templateOf } from './deployment.ts';
import { type TenantPlace, tenantPlaceOf } from './place.ts';

/** What is asked of Cloudflare without wrangler: databases and buckets, and the removal of a tenant. */

let cloudflare: CloudflareDouble;
let place: TenantPlace;
let configured: ReturnType<typeof configuredFor>;
beforeEach(async () => {
  cloudflare = new CloudflareDouble();
  for (const [name, value] of Object.entries(await cloudflare.start())) vi.stubEnv(name, value);
  const template = await templateOf(await loadSystem({ system: 'single-tenant' }, '.'));
  configured = configuredFor(template, 'oak', { DB: 'unused' });
  const tenant = { state: 'ready', where: 'cloudflare', databases: {}, version: '' } as const;
  place = tenantPlaceOf({ ...tenant, former: [], backups: [] }, template);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await cloudflare.stop();
});

test('a database and a bucket are made once, however often they are asked for', async () => {
  const id = await place.database('shop-oak', 'planned');
  // Whose name only begins alike.
  const other = await place.database('shop-oak-2', 'planned');
  await place.bucket('shop-oak');
  cloudflare.buckets.get('shop-oak')?.set('media/1', Buffer.from('x'));
  await place.bucket('shop-oak');

  expect(await place.database('shop-oak', 'planned')).toBe(id);
  expect(other).not.toBe(id);
  expect([...cloudflare.databases.values()].map(({ name }) => name)).toEqual(['shop-oak', 'shop-oak-2']);
  expect(cloudflare.buckets.get('shop-oak')?.size).toBe(1);
});

test('a tenant is removed with all that it has, its former databases and its files, and given again it is still gone', async () => {
  const ids = [await place.database('shop-oak', ''), await place.database('shop-oak-20261128', '')];
  const ash = await place.database('shop-ash', '');
  for (const bucket of ['shop-oak', 'shop-ash']) await place.bucket(bucket);
  for (const bucket of cloudflare.buckets.values()) bucket.set('media/a b%2F', Buffer.from('x'));
  for (const name of ['shop-oak', 'shop-ash']) cloudflare.workers.set(name, { bindings: [], domains: [] });

  expect(await place.remove(configured, ids)).toEqual([]);
  expect(await place.remove(configured, ids)).toEqual([]);

  expect([...cloudflare.workers.keys()]).toEqual(['shop-ash']);
  expect([...cloudflare.databases.keys()]).toEqual([ash]);
  expect([...cloudflare.buckets].map(([name, objects]) => [name, objects.size])).toEqual([['shop-ash', 1]]);
});

test('what Cloudflare keeps all the same is named', async () => {
  const id = await place.database('shop-oak', '');
  const kept = cloudflare.databases.get(id);
  if (!kept) throw new Error('the database was not made');
  cloudflare.databases.delete = () => false;

  expect(await place.remove(configured, [id])).toEqual([`the database ${id}`]);
});

test('without credentials nothing is asked', async () => {
  vi.stubEnv('CLOUDFLARE_API_TOKEN', '');
  const template = await templateOf(await loadSystem({ system: 'single-tenant' }, '.'));
  const tenant = { state: 'ready', where: 'cloudflare', databases: {}, version: '' } as const;

  expect(() => tenantPlaceOf({ ...tenant, former: [], backups: [] }, template)).toThrow('no_credentials');
});
