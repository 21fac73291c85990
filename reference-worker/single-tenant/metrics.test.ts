import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Platform, resolveEnvironments, startResolved } from '../local/index.ts';
import { boundIn, handsOn } from '../target/index.ts';
import system from './system.ts';

/** What the deployments tell of themselves (C9): one line a request, of all shops in one form. */

const CONFIG = join(import.meta.dirname, 'wrangler.jsonc');
const SHOPS = ['elm', 'elm-row'] as const;
const ID = 'customer-whom-nobody-may-know';

let platform: Platform;
const tokens: Record<string, string> = {};
const stateDir = mkdtempSync(join(tmpdir(), 'metrics-'));
beforeAll(async () => {
  const secrets = (shop: string) => ({
    BASE_DOMAIN: 'localhost',
    SESSION_SECRET: `sessions-of-${shop}`,
    WEBHOOK_SECRET: `hooks-of-${shop}`,
  });
  const resolved = await resolveEnvironments(
    CONFIG,
    Object.fromEntries(SHOPS.map((shop) => [shop, secrets(shop)])),
  );
  platform = await startResolved(resolved, { stateDir });
  for (const worker of resolved) {
    const hands = handsOn(platform, urlOf(worker.spec.name), false, boundIn(worker));
    tokens[worker.spec.name] = (await system.accounts?.open(worker.spec.name, hands)) ?? '';
  }
});
afterAll(async () => {
  await platform.stop();
  rmSync(stateDir, { recursive: true });
});

const urlOf = (shop: string): string =>
  platform.deployments.find(({ name }) => name === shop)?.urls.LHR ?? '';

const ask = (shop: string, method: string, path: string, body?: string) =>
  fetch(urlOf(shop) + path, {
    method,
    headers: { cookie: `__Host-session=${tokens[shop]}`, 'content-type': 'application/json' },
    body: body ?? null,
  });

interface Metric {
  readonly [name: string]: unknown;
}

const metricsOf = (shop: string): Metric[] =>
  readFileSync(join(stateDir, `worker-${shop}.log`), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"metric":"request"'))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))));

test('every request is one line with the name of its shop, and with nothing of what was asked', async () => {
  const body = JSON.stringify({ name: 'Ada', email: 'ada@example.com', postcode: 'SW1', note: 'owes us' });
  const before = Object.fromEntries(SHOPS.map((shop) => [shop, metricsOf(shop).length]));

  await ask('elm', 'PUT', `/api/customers/${ID}`, body);
  await ask('elm', 'GET', `/api/customers/${ID}`);
  await ask('elm', 'GET', `/api/customers?name=${ID}`);
  await ask('elm-row', 'GET', `/api/customers/${ID}`);
  await ask('elm-row', 'GET', `/${ID}`);

  const newOf = (shop: string) => metricsOf(shop).slice(before[shop]);
  await vi.waitFor(() => expect([newOf('elm').length, newOf('elm-row').length]).toEqual([3, 2]), 5_000);
  // One view over all: lines of every shop have the same form.
  const all = [...newOf('elm'), ...newOf('elm-row')];
  const shown = all.map(({ slug, area, method, status }) => [slug, area, method, status].join(' '));
  expect(shown).toEqual([
    'elm api PUT 201',
    'elm api GET 200',
    'elm api GET 200',
    'elm-row api GET 404',
    'elm-row other GET 404',
  ]);
  const names = ['area', 'durationMs', 'method', 'metric', 'rowsRead', 'rowsWritten', 'slug', 'status'];
  for (const metric of all) expect(Object.keys(metric).toSorted()).toEqual(names);
  const told = SHOPS.map((shop) => readFileSync(join(stateDir, `worker-${shop}.log`), 'utf8')).join('\n');
  for (const secret of [ID, 'ada@example.com', 'owes us', 'key-of-the-till', tokens.elm ?? ''])
    expect(told).not.toContain(secret);
});
