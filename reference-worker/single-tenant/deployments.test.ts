import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Platform, readWrangler, startWorker } from '../local/index.ts';

const CONFIG = join(import.meta.dirname, 'wrangler.jsonc');
const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations', 'single-tenant');
const SHOPS = ['elm', 'elm-row'] as const;

test('no table has a column for the tenant (C2)', () => {
  const database = new DatabaseSync(':memory:');
  for (const file of readdirSync(MIGRATIONS)) database.exec(readFileSync(join(MIGRATIONS, file), 'utf8'));
  const columns = database
    .prepare(
      "SELECT m.name || '.' || c.name AS name FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type = 'table'",
    )
    .all()
    .map(({ name }) => String(name));

  expect(columns.length).toBeGreaterThan(20);
  expect(columns.filter((name) => /tenant|shop|account|slug|deployment/i.test(name))).toEqual([]);
});

test('no two environments are bound to the same thing (C3)', async () => {
  const bound: string[] = [];
  for (const shop of SHOPS) {
    const { name, databases, buckets, namespaces, vars, services, objects } = await readWrangler(
      CONFIG,
      shop,
    );
    const ids = (kind: string, all: readonly { readonly id: string }[]) =>
      all.map(({ id }) => `${kind} ${id}`);
    bound.push(`Worker ${name}`, `host ${vars.SLUG}.${vars.BASE_DOMAIN}`);
    bound.push(...ids('database', databases), ...ids('bucket', buckets), ...ids('namespace', namespaces));
    expect([services, objects]).toEqual([[], []]);
  }

  expect(bound).toHaveLength(8);
  expect(bound.filter((each, at) => bound.indexOf(each) !== at)).toEqual([]);
});

test('the router is bound to Workers, and to nothing that could keep anything (C11)', async () => {
  const router = await readWrangler(join(import.meta.dirname, 'wrangler.router.jsonc'));

  expect(router.services.map(({ script }) => script)).toEqual(['shop-elm', 'shop-elm-row']);
  expect([router.databases, router.namespaces, router.buckets, router.objects, router.secrets]).toEqual([
    [],
    [],
    [],
    [],
    {},
  ]);
});

describe('the router', () => {
  let platform: Platform;
  let url: string;
  const stateDir = mkdtempSync(join(tmpdir(), 'router-'));
  beforeAll(async () => {
    // As deployed, with what `wrangler secret put` would give each shop.
    const config = join(stateDir, 'wrangler.jsonc');
    const configured = readFileSync(CONFIG, 'utf8')
      .replace('"src/index.ts"', JSON.stringify(join(import.meta.dirname, 'src', 'index.ts')))
      .replaceAll('"../../migrations/single-tenant"', JSON.stringify(relative(stateDir, MIGRATIONS)));
    writeFileSync(config, configured);
    for (const shop of SHOPS)
      writeFileSync(join(stateDir, `.dev.vars.${shop}`), `WEBHOOK_SECRET=secret-of-${shop}`);
    platform = await startWorker({
      config: join(import.meta.dirname, 'wrangler.router.jsonc'),
      beside: SHOPS.map((environment) => ({ config, environment })),
      stateDir,
    });
    url = platform.deployments[0]?.urls.LHR ?? '';
  });
  afterAll(async () => {
    await platform.stop();
    rmSync(stateDir, { recursive: true });
  });

  const send = (path: string, signature: string): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'x-event-id': 'event-1', 'x-signature': signature },
      body: '{"paid":true}',
    });
  const signed = (secret: string, shop: string): string =>
    createHmac('sha256', secret).update(`${shop}.payments.event-1.{"paid":true}`).digest('hex');

  test.each([
    ['of a shop that there is not', '/oak/hooks/payments'],
    ['of a name that every object has', '/constructor/hooks/payments'],
    ['of a path that is no hook', '/elm/api/customers'],
  ])('passes on nothing %s', async (_, path) => {
    expect((await send(path, '00')).status).toBe(404);
  });

  test('passes an event on to its shop alone, which keeps it once, and refuses the signature of another shop', async () => {
    const ofElm = signed('secret-of-elm', 'elm');
    const answers: number[] = [];
    for (const [path, signature] of [
      ['/elm/hooks/payments', ''],
      ['/elm-row/hooks/payments', ofElm],
      ['/elm/hooks/payments', ofElm],
      ['/elm/hooks/payments', ofElm],
    ] as const)
      answers.push((await send(path, signature)).status);
    const events = (database: string) =>
      platform.operator.query(database, 'SELECT id, payload FROM webhook_event');

    expect(answers).toEqual([401, 401, 202, 202]);
    expect(await events('DB')).toEqual([{ id: 'event-1', payload: '{"paid":true}' }]);
    expect(await events('shop-elm-row-DB')).toEqual([]);
  });
});
