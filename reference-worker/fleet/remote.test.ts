import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadSystem } from '../target/index.ts';
import { backUp, restore } from './backups.ts';
import { CloudflareDouble } from './cloudflare-double.testing.ts';
import { templateOf } from './deployment.ts';
import { addTenant, eraseTenant, type Fleet, folderOf, migrateTenants } from './lifecycle.ts';
import { FleetRecord } from './record.ts';

/** The same life of a tenant as on this machine, with wrangler itself in front of a double of Cloudflare's API. */

const root = mkdtempSync(join(tmpdir(), 'fleet-'));
const cloudflare = new CloudflareDouble();
beforeAll(async () => {
  for (const [name, value] of Object.entries(await cloudflare.start())) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloudflare.stop();
  rmSync(root, { recursive: true });
});

async function fleetIn(folder: string): Promise<{ fleet: Fleet; migrations: string }> {
  const { configured, ...rest } = await templateOf(await loadSystem({ system: 'single-tenant' }, '.'));
  const migrations = join(root, 'migrations');
  cpSync(configured.d1_databases[0]?.migrations_dir ?? '', migrations, { recursive: true });
  const d1_databases = configured.d1_databases.map((each) => ({ ...each, migrations_dir: migrations }));
  const template = { ...rest, configured: { ...configured, d1_databases } };
  const signal = new AbortController().signal;
  return { fleet: { record: new FleetRecord(folder), template, signal, tell: () => undefined }, migrations };
}

test('tenants are added, migrated, backed up, restored and erased on Cloudflare', async () => {
  const { fleet, migrations } = await fleetIn(join(root, 'fleet'));
  const { tenants } = fleet.record;
  const sql = (slug: string, command: string): Promise<string> =>
    folderOf(fleet, slug).wrangler('d1', 'execute', 'DB', '--remote', '--json', '--command', command);

  // A database that a command made before it broke off is found, and not made again.
  cloudflare.databases.set('made-before', { name: 'shop-oak', file: join(root, 'made-before.sqlite') });
  expect(await addTenant(fleet, 'oak', 'cloudflare')).toBe('added');
  expect(await addTenant(fleet, 'ash', 'cloudflare')).toBe('added');
  expect(tenants.oak).toMatchObject({
    state: 'ready',
    where: 'cloudflare',
    databases: { DB: 'made-before' },
  });
  expect([...cloudflare.buckets.keys()]).toEqual(['shop-oak', 'shop-ash']);
  expect(cloudflare.workers.get('shop-oak')).toMatchObject({ domains: ['oak.shops.example.com'] });
  const bound = cloudflare.workers.get('shop-oak')?.bindings ?? [];
  expect(bound.map(({ name, type }) => `${type} ${name}`).toSorted()).toEqual([
    ...['d1 DB', 'plain_text BASE_DOMAIN', 'plain_text SLUG', 'r2_bucket MEDIA'],
    ...['secret_text SESSION_SECRET', 'secret_text WEBHOOK_SECRET'],
  ]);
  const secrets = ['shop-oak', 'shop-ash'].map((name) =>
    cloudflare.workers.get(name)?.bindings.filter(({ type }) => type === 'secret_text'),
  );
  expect(secrets[0]).not.toEqual(secrets[1]);

  writeFileSync(
    join(migrations, '0002_gift_card.sql'),
    'CREATE TABLE gift_card (id TEXT PRIMARY KEY) STRICT;',
  );
  await sql('ash', 'CREATE TABLE gift_card (x)');
  const failed = await migrateTenants(fleet, { canary: 'oak', atOnce: 2, goesOn: false });
  expect([...failed.keys()]).toEqual(['ash']);
  expect([tenants.oak?.version, tenants.ash?.version]).toEqual(['0002_gift_card.sql', '0001_shop.sql']);

  await sql('oak', "INSERT INTO customer VALUES ('c', '', '', '', 'only of oak')");
  const taken = await backUp(fleet, 'oak', 1);
  await backUp(fleet, 'oak', 1);
  expect(taken.tables.customer?.rows).toBe(1);
  expect(cloudflare.buckets.get('shop-oak')?.size).toBe(2);
  await sql('oak', 'DELETE FROM customer');
  await restore(fleet, 'oak', undefined);
  expect(tenants.oak?.databases.DB).not.toBe('made-before');
  expect(await sql('oak', 'SELECT note FROM customer')).toContain('only of oak');
  const database = cloudflare.workers.get('shop-oak')?.bindings.find(({ type }) => type === 'd1');
  expect(JSON.stringify(database)).toContain(tenants.oak?.databases.DB);
  expect(bound.map(({ name }) => name).toSorted()).toEqual(
    cloudflare.workers
      .get('shop-oak')
      ?.bindings.map(({ name }) => name)
      .toSorted(),
  );

  await eraseTenant(fleet, 'oak');
  expect([...cloudflare.workers.keys()]).toEqual(['shop-ash']);
  expect([...cloudflare.buckets.keys()]).toEqual(['shop-ash']);
  expect([...cloudflare.databases.values()].map(({ name }) => name)).toEqual(['shop-ash']);
  expect(Object.keys(new FleetRecord(join(root, 'fleet')).tenants)).toEqual(['ash']);
}, 600_000);

test('what Cloudflare refuses is told, and the tenant is not taken for whole', async () => {
  const { fleet } = await fleetIn(join(root, 'refused'));
  vi.stubEnv('CLOUDFLARE_ACCOUNT_ID', '');

  await expect(addTenant(fleet, 'elm', 'cloudflare')).rejects.toThrow('no_credentials');
  expect(fleet.record.tenants).toEqual({});
});
