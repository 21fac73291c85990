import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadSystem } from '../target/index.ts';
import { backUp, restore } from './backups.ts';
import { templateOf } from './deployment.ts';
import { addTenant, eraseTenant, type Fleet, folderOf, migrateTenants } from './lifecycle.ts';
import { FleetRecord } from './record.ts';

/** From the first tenant to the last erasure, with wrangler itself. */

const root = mkdtempSync(join(tmpdir(), 'fleet-'));
afterAll(() => rmSync(root, { recursive: true }));
const NOTE = "a note; with 'quotes', of nobody-else-than-the-customer-of-oak";

async function fleetIn(folder: string): Promise<{ fleet: Fleet; migrations: string }> {
  const { name, secrets, configured } = await templateOf(await loadSystem({ system: 'single-tenant' }, '.'));
  const migrations = join(root, 'migrations');
  cpSync(configured.d1_databases[0]?.migrations_dir ?? '', migrations, { recursive: true });
  const d1_databases = configured.d1_databases.map((each) => ({ ...each, migrations_dir: migrations }));
  const template = { name, secrets, configured: { ...configured, d1_databases } };
  const signal = new AbortController().signal;
  return { fleet: { record: new FleetRecord(folder), template, signal, tell: () => undefined }, migrations };
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile());

test('tenants are added, migrated, backed up, restored and erased', async () => {
  const folder = join(root, 'fleet');
  const { fleet, migrations } = await fleetIn(folder);
  const { tenants } = fleet.record;
  const versions = () =>
    Object.fromEntries(Object.entries(tenants).map(([slug, { version }]) => [slug, version]));
  const sql = (slug: string, command: string): Promise<string> =>
    folderOf(fleet, slug).wrangler('d1', 'execute', 'DB', '--local', '--json', '--command', command);

  // What a kill after the first step leaves: the tenant is not ready, and the same command goes on with its database.
  tenants.ash = {
    ...{ state: 'adding', where: 'here', databases: { DB: 'database-of-ash' } },
    ...{ former: [], version: '', backups: [] },
  };
  await expect(migrateTenants(fleet, { atOnce: 1, goesOn: false })).rejects.toThrow('not_ready');
  expect(await addTenant(fleet, 'ash')).toBe('added');
  expect(await addTenant(fleet, 'oak')).toBe('added');
  expect(await addTenant(fleet, 'oak')).toBe('there');
  expect(new FleetRecord(folder).tenants).toMatchObject({
    ash: { state: 'ready', databases: { DB: 'database-of-ash' } },
    oak: { state: 'ready' },
  });

  // A migration that one tenant cannot take: as the canary it holds up all others, as one of them it does not undo them.
  writeFileSync(
    join(migrations, '0002_gift_card.sql'),
    'CREATE TABLE gift_card (id TEXT PRIMARY KEY) STRICT;',
  );
  const quoted = NOTE.replaceAll("'", "''");
  await sql('oak', `CREATE TABLE gift_card (x); INSERT INTO customer VALUES ('c', '', '', '', '${quoted}')`);
  expect([...(await migrateTenants(fleet, { canary: 'oak', atOnce: 2, goesOn: false })).keys()]).toEqual([
    'oak',
  ]);
  expect(versions()).toEqual({ ash: '0001_shop.sql', oak: '0001_shop.sql' });
  expect([...(await migrateTenants(fleet, { canary: 'ash', atOnce: 2, goesOn: false })).keys()]).toEqual([
    'oak',
  ]);
  expect(versions()).toEqual({ ash: '0002_gift_card.sql', oak: '0001_shop.sql' });
  await sql('oak', 'DROP TABLE gift_card');
  expect((await migrateTenants(fleet, { atOnce: 2, goesOn: false })).size).toBe(0);
  expect(versions().oak).toBe('0002_gift_card.sql');

  const former = tenants.oak?.databases.DB;
  const taken = await backUp(fleet, 'oak', 1);
  expect(taken.tables.customer?.rows).toBe(1);
  await sql('oak', 'DELETE FROM customer');
  expect(await restore(fleet, 'oak', undefined)).toEqual(taken);
  expect(tenants.oak?.databases.DB).not.toBe(former);
  expect(await sql('oak', 'SELECT note FROM customer')).toContain(JSON.stringify(NOTE));

  const holding = () =>
    filesBelow(folder).filter((file) =>
      readFileSync(file, 'latin1').includes('nobody-else-than-the-customer'),
    );
  expect(holding().length).toBeGreaterThan(1);
  expect(await eraseTenant(fleet, 'oak')).toBeGreaterThan(1);
  expect(holding()).toEqual([]);
  expect(Object.keys(new FleetRecord(folder).tenants)).toEqual(['ash']);
}, 600_000);
