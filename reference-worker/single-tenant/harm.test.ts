import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import {
  latencyProfiles,
  type Platform,
  type PlatformControl,
  resolveEnvironments,
  startResolved,
} from '../local/index.ts';
import { type Asked, boundIn, type Client, clientAt, handsOn, type System } from '../target/index.ts';
import { tillObjectives } from './journey.ts';
import described from './system.ts';

/**
 * What harms one shop harms no other (C10), each beside its control: shops that share what the harm lies in, where it does. Time is
 * virtual, so that no figure is of the machine.
 */

const system: System = described;
const SHOPS = ['elm', 'elm-row'] as const;
const [HARMED, OTHER] = SHOPS;
const OBJECTIVE_MS = tillObjectives.total.p95Ms;
const LOCKED_MS = 20_000;
/** As many as one client has connections. */
const AT_ONCE = 60;
/** Room for the empty tables and a few hundred kilobytes: 10 GB takes too long to fill. */
const FULL_BYTES = 600_000;
const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations', 'single-tenant');

const root = mkdtempSync(join(tmpdir(), 'harm-'));
afterAll(() => rmSync(root, { recursive: true }));
const started: Platform[] = [];
afterEach(async () => {
  for (const platform of started.splice(0)) await platform.stop();
});

interface Shops {
  readonly platform: Platform;
  readonly clients: Readonly<Record<(typeof SHOPS)[number], Client>>;
  /** What a database is called on the platform. */
  readonly databaseOf: (shop: string) => string;
}

interface Options {
  /** Both shops are bound to one database. */
  readonly isShared?: boolean;
  /** By shop: SQL of a migration that only it has. */
  readonly migrated?: Readonly<Record<string, string>>;
  /** Whose deployment is a bad one. */
  readonly broken?: readonly string[];
}

async function startShops({ isShared = false, migrated = {}, broken = [] }: Options): Promise<Shops> {
  const folder = mkdtempSync(join(root, 'shops-'));
  const environment = (shop: string) => {
    const migrations = join(folder, shop);
    cpSync(MIGRATIONS, migrations, { recursive: true });
    if (migrated[shop]) writeFileSync(join(migrations, '0002_next.sql'), migrated[shop]);
    const database_id = isShared ? 'one-for-both' : `database-of-${shop}`;
    return {
      ...{ name: `shop-${shop}`, vars: { SLUG: shop, BASE_DOMAIN: 'localhost' } },
      d1_databases: [{ binding: 'DB', database_name: shop, database_id, migrations_dir: migrations }],
      r2_buckets: [{ binding: 'MEDIA', bucket_name: `shop-${shop}` }],
    };
  };
  const config = join(folder, 'wrangler.json');
  const main = join(import.meta.dirname, 'src', 'index.ts');
  const env = Object.fromEntries(SHOPS.map((shop) => [shop, environment(shop)]));
  writeFileSync(config, JSON.stringify({ name: 'shop', main, compatibility_date: '2026-10-20', env }));
  const entry = join(folder, 'broken.ts');
  writeFileSync(entry, "export default { fetch() { throw new Error('a bad deploy'); } };");
  const secrets = Object.fromEntries(
    SHOPS.map((shop) => [shop, { SESSION_SECRET: `sessions-of-${shop}`, WEBHOOK_SECRET: 'unused' }]),
  );
  const resolved = (await resolveEnvironments(config, secrets)).map(({ spec, schemas }) => ({
    spec: broken.includes(spec.name) ? { ...spec, source: { ...spec.source, entry } } : spec,
    schemas,
  }));
  const profile = latencyProfiles['uk-eu'];
  const platform = await startResolved(resolved, {
    stateDir: join(folder, 'state'),
    behaviour: {
      clock: 'virtual',
      latency: { ...profile, d1: { ...profile.d1, databaseLimitBytes: FULL_BYTES } },
    },
  });
  started.push(platform);
  const clientOf = async (shop: string): Promise<Client> => {
    const url = platform.deployments.find(({ name }) => name === shop)?.urls.LHR ?? '';
    const worker = resolved.find(({ spec }) => spec.name === shop);
    if (!worker || !system.accounts) throw new Error(`the description does not open ${shop}`);
    // Nobody signs in at a bad deployment; it would not look at the session either.
    const hands = handsOn(platform, url, true, boundIn(worker));
    const token = broken.includes(shop) ? 'none' : await system.accounts.open(shop, hands);
    return clientAt({ system, url, account: shop, token });
  };
  const databaseOf = (shop: string): string =>
    resolved.find(({ spec }) => spec.name === shop)?.spec.databases.DB ?? '';
  const clients = { [HARMED]: await clientOf(HARMED), [OTHER]: await clientOf(OTHER) };
  return { platform, clients, databaseOf };
}

/**
 * How long work takes on a clock that stands still unless it is stepped, in virtual milliseconds. It is stepped only while a request waits
 * at that database: whoever waits elsewhere must not make time pass before the work has come so far.
 */
async function elapsedMs(
  control: PlatformControl,
  database: string,
  work: Promise<unknown>,
): Promise<number> {
  let isDone = false;
  const end = (): void => {
    isDone = true;
  };
  work.then(end, end);
  let ms = 0;
  while (!isDone)
    if ((await control.waiting()).some((request) => request.database === database))
      ms += (await control.step()) ?? 0;
  return ms;
}

/** Until so many requests wait at databases: before that they are on their way there. */
const untilWaiting = (control: PlatformControl, count: number): Promise<void> =>
  vi.waitFor(async () => expect((await control.waiting()).length).toBeGreaterThanOrEqual(count), 20_000);

/** A note that a full database has no room for. */
const NOTE = 'x'.repeat(5_000);
let made = 0;
function sell(client: Client): { readonly id: string; readonly asked: Promise<Asked> } {
  made += 1;
  const id = `customer-${made}`;
  const body = { name: 'n', email: 'e', postcode: 'p', note: NOTE };
  return { id, asked: client.ask({ kind: 'put', resource: 'customers', id, body }) };
}

/** What people at a till meet: a write, and reads of it. */
async function work({ platform: { control }, clients, databaseOf }: Shops, shop: (typeof SHOPS)[number]) {
  const client = clients[shop];
  const { id, asked } = sell(client);
  const all = [
    () => asked,
    () => client.ask({ kind: 'read', resource: 'customers', id }),
    () => client.ask({ kind: 'list', resource: 'customers', limit: 5 }),
  ];
  for (const ask of all) {
    const asking = ask();
    const ms = await elapsedMs(control, databaseOf(shop), asking);
    if ((await asking).answer.outcome !== 'ok' || ms > OBJECTIVE_MS) return 'harmed';
  }
  return 'as usual';
}

/** Does harm at the first shop. @returns what gives it up again */
type Harm = (shops: Shops) => Promise<() => Promise<unknown>>;

const HARMS: Readonly<Record<string, Harm>> = {
  async 'a query that locks its database'({ platform: { control }, clients, databaseOf }) {
    const database = databaseOf(HARMED);
    await control.setFaults([{ id: 'lock', kind: 'slow-shard', database, addMs: LOCKED_MS, times: 1 }]);
    const { asked } = sell(clients[HARMED]);
    await untilWaiting(control, 1);
    return () => elapsedMs(control, database, asked);
  },
  async 'its rate'({ platform: { control }, clients, databaseOf }) {
    const all = Promise.all(Array.from({ length: AT_ONCE }, () => sell(clients[HARMED]).asked));
    all.catch(() => undefined);
    await untilWaiting(control, AT_ONCE);
    return () => elapsedMs(control, databaseOf(HARMED), all);
  },
  async 'its full disk'({ platform: { operator }, databaseOf }) {
    const sql = "INSERT INTO customer VALUES (?1, '', '', '', ?2)";
    const fill = async (n: number, length: number): Promise<void> => {
      const refusal = await operator
        .query(databaseOf(HARMED), sql, [`fills-${length}-${n}`, 'x'.repeat(length)])
        .then(() => '', String);
      if (refusal === '') return fill(n + 1, length);
      expect(refusal).toContain('Exceeded maximum DB size');
    };
    // Large rows, and then small ones into what is left.
    await fill(0, 20_000);
    await fill(0, 500);
    return () => Promise.resolve();
  },
};

test.each(Object.entries(HARMS))('%s harms no shop with a database of its own', async (_, harm) => {
  const shops = await startShops({});
  expect([await work(shops, HARMED), await work(shops, OTHER)]).toEqual(['as usual', 'as usual']);

  const giveUp = await harm(shops);
  const other = await work(shops, OTHER);
  await giveUp();

  expect(other).toBe('as usual');
});

test.each(Object.entries(HARMS))('%s harms whoever shares the database', async (_, harm) => {
  const shops = await startShops({ isShared: true });
  expect(await work(shops, OTHER)).toBe('as usual');

  const giveUp = await harm(shops);
  const other = await work(shops, OTHER);
  await giveUp();

  expect(other).toBe('harmed');
});

test.each([
  ['a bad deploy', { broken: [HARMED] }, { broken: SHOPS }],
  [
    'a migration that its Worker cannot live with',
    { migrated: { [HARMED]: 'ALTER TABLE customer RENAME COLUMN note TO remark;' } },
    { migrated: Object.fromEntries(SHOPS.map((shop) => [shop, 'DROP TABLE customer;'])) },
  ],
] as const)('%s harms the shop that has it, and no other', async (_, ofOne, ofAll) => {
  const shops = await startShops(ofOne);
  expect([await work(shops, HARMED), await work(shops, OTHER)]).toEqual(['harmed', 'as usual']);

  const control = await startShops(ofAll);
  expect(await work(control, OTHER)).toBe('harmed');
});

test('while a fleet is half migrated the same Worker serves shops of both versions', async () => {
  const next =
    "ALTER TABLE customer ADD COLUMN tier TEXT NOT NULL DEFAULT 'none'; CREATE TABLE gift (id TEXT) STRICT;";
  const shops = await startShops({ migrated: { [HARMED]: next } });

  expect([await work(shops, HARMED), await work(shops, OTHER)]).toEqual(['as usual', 'as usual']);
  const columns = (shop: string) =>
    shops.platform.operator.query(
      shops.databaseOf(shop),
      "SELECT name FROM pragma_table_info('customer') WHERE name = 'tier'",
    );
  expect([await columns(HARMED), await columns(OTHER)]).toEqual([[{ name: 'tier' }], []]);
});
