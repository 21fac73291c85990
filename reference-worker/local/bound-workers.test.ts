import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { whileStepping } from './platform-control.ts';
import { projectOf, startProject } from './testing/project.ts';

const SHOP = {
  name: 'shop',
  main: 'shop.ts',
  compatibility_date: '2026-10-20',
  services: [
    { binding: 'USERS', service: 'users' },
    { binding: 'ADMIN', service: 'users', entrypoint: 'Admin', props: { role: 'owner' } },
  ],
  durable_objects: {
    bindings: [
      { name: 'COUNTER', class_name: 'Counter' },
      { name: 'LOCK', class_name: 'Lock', script_name: 'users' },
    ],
  },
  migrations: [{ tag: 'v1', new_sqlite_classes: ['Counter'] }],
  d1_databases: [{ binding: 'DB', database_name: 'shop', database_id: 'shared' }],
  triggers: { crons: ['*/15 * * * *', '0 3 * * *'] },
};

const USERS = {
  name: 'users',
  main: 'users.ts',
  compatibility_date: '2026-10-20',
  durable_objects: { bindings: [{ name: 'LOCK', class_name: 'Lock' }] },
  migrations: [{ tag: 'v1', new_classes: ['Lock'] }],
  d1_databases: [
    { binding: 'MAIN', database_name: 'shop', database_id: 'shared' },
    { binding: 'DB', database_name: 'users', migrations_dir: 'users-sql' },
  ],
};

const FILES = {
  'wrangler.jsonc': SHOP,
  'users.jsonc': USERS,
  '.dev.vars': 'KEY=of the shop',
  'migrations/0001.sql': 'CREATE TABLE runs (cron TEXT, at INTEGER);',
  'users-sql/0001.sql': "CREATE TABLE users (name TEXT); INSERT INTO users VALUES ('ada');",
  'shop.ts': `import { DurableObject } from 'cloudflare:workers';
export class Counter extends DurableObject {
  async add(by) {
    const { sql } = this.ctx.storage;
    sql.exec('CREATE TABLE IF NOT EXISTS total (n INTEGER)');
    sql.exec('INSERT INTO total VALUES (?)', by);
    // A Durable Object has the bindings of its Worker.
    const runs = await this.env.DB.prepare('SELECT count(*) AS n FROM runs').first('n');
    return [sql.exec('SELECT sum(n) AS n FROM total').one().n, runs];
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/services') return Response.json([
      await (await env.USERS.fetch('http://users/who')).text(), await env.USERS.first(), await env.ADMIN.role(), env.KEY,
    ]);
    if (pathname === '/objects') return Response.json([
      await env.COUNTER.get(env.COUNTER.idFromName('one')).add(1),
      await (await env.LOCK.getByName('door').fetch('http://lock/')).json(),
    ]);
    return Response.json((await env.DB.prepare('SELECT cron, at FROM runs').all()).results);
  },
  async scheduled(controller, env, ctx) {
    if (controller.cron === '0 3 * * *') throw new Error('not at night');
    const { cron, scheduledTime } = controller;
    ctx.waitUntil(env.DB.prepare('INSERT INTO runs VALUES (?, ?)').bind(cron, scheduledTime).run());
  },
};`,
  'users.ts': `import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers';
export class Lock extends DurableObject {
  async fetch() {
    const times = (await this.ctx.storage.get('times') ?? 0) + 1;
    await this.ctx.storage.put('times', times);
    return Response.json({ times });
  }
}
export class Admin extends WorkerEntrypoint { role() { return this.ctx.props.role; } }
export default class extends WorkerEntrypoint {
  fetch(request) { return new Response(request.cf.colo + new URL(request.url).pathname + this.env.KEY); }
  async first() {
    await this.env.MAIN.prepare('SELECT 1 FROM runs').first();
    return this.env.DB.prepare('SELECT name FROM users').first('name');
  }
}`,
};

const withUsers = (folder: string) => ({ beside: [{ config: join(folder, 'users.jsonc') }] });
/** What a Worker of one wrangler configuration finds in `.dev.vars`, all Workers of that folder do. */
const KEY = 'of the shop';

test('a Worker calls the Workers beside it, and Durable Objects that all PoPs share and that outlive it', async () => {
  const folder = projectOf(FILES);

  const first = await startProject(folder, withUsers(folder));
  expect(await first.ask('/services')).toEqual([`LHR/who${KEY}`, 'ada', 'owner', KEY]);
  // The request, and the fetch that it made of the Worker beside it.
  const [used] = await first.platform.use();
  expect(used?.invocations).toBe(2);
  expect(await first.ask('/objects')).toEqual([[1, 0], { times: 1 }]);
  const man = first.platform.deployments[0]?.urls.MAN ?? '';
  expect(await (await fetch(`${man}/objects`)).json()).toEqual([[2, 0], { times: 2 }]);
  await first.platform.stop();

  const second = await startProject(folder, withUsers(folder));
  expect(await second.ask('/objects')).toEqual([[3, 0], { times: 3 }]);
});

test('a cron runs through workerd, on the clock of the platform, when it is told to', async () => {
  const folder = projectOf(FILES);
  const behaviour = { clock: 'virtual', latency: 'uk-eu' } as const;
  const { platform, url } = await startProject(folder, { ...withUsers(folder), behaviour });
  const { control } = platform;
  await control.advance(5 * 60_000 + 1);

  expect(await whileStepping(control, control.cron('*/15 * * * *'))).toEqual([
    { worker: 'worker', outcome: 'ok' },
  ]);
  expect(await whileStepping(control, control.cron('0 3 * * *'))).toEqual([
    { worker: 'worker', outcome: 'exception' },
  ]);
  await expect(control.cron('* * * * *')).rejects.toThrow(
    /bad_cron: No Worker runs on "\* \* \* \* \*"; known are \*\/15/,
  );

  const runs = await whileStepping(control, fetch(url));
  expect(await runs.json()).toEqual([{ cron: '*/15 * * * *', at: Date.UTC(2026, 0, 1, 0, 5) }]);
});

test('bindings that lead nowhere are refused together', async () => {
  const folder = projectOf(FILES);
  await expect(startProject(folder)).rejects.toThrow(
    /services\.USERS leads to the Worker users, .*\n.*services\.ADMIN .*\n.*durable_objects\.LOCK leads to the Worker users/,
  );

  writeFileSync(join(folder, 'wrangler.jsonc'), JSON.stringify({ ...SHOP, migrations: [] }));
  await expect(startProject(folder, withUsers(folder))).rejects.toThrow(
    /durable_objects\.COUNTER leads to the class Counter, which no migration of shop has made/,
  );
});

test('a class of Durable Objects that the Worker does not export is named before anything runs', async () => {
  const folder = projectOf({ ...FILES, 'shop.ts': 'export default { fetch: () => new Response() };' });

  await expect(startProject(folder, withUsers(folder))).rejects.toThrow(
    /worker_does_not_build: .*shop\.ts does not export Counter/,
  );
});

test('a rate limit counts each key in each PoP, in windows of the clock of the platform', async () => {
  const folder = projectOf({
    'wrangler.jsonc': {
      ...{ name: 'limited', main: 'limited.ts', compatibility_date: '2026-10-20' },
      ratelimits: [{ name: 'LIMIT', namespace_id: '1', simple: { limit: 2, period: 60 } }],
      unsafe: {
        bindings: [{ name: 'OLD', type: 'ratelimit', namespace_id: '1', simple: { limit: 2, period: 60 } }],
      },
    },
    'limited.ts': `export default { async fetch(request, { LIMIT, OLD }) {
  const key = new URL(request.url).pathname;
  const limit = new URL(request.url).search === '?old' ? OLD : LIMIT;
  return Response.json((await limit.limit({ key })).success);
} };`,
  });
  const { ask, platform } = await startProject(folder, { behaviour: { clock: 'virtual' } });
  const man = platform.deployments[0]?.urls.MAN ?? '';

  expect([await ask('/a'), await ask('/a?old'), await ask('/a'), await ask('/b')]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect(await (await fetch(`${man}/a`)).json()).toBe(true);
  await platform.control.advance(59_999);
  expect(await ask('/a')).toBe(false);
  await platform.control.advance(1);
  expect(await ask('/a')).toBe(true);
});

test('static assets are served as Cloudflare does, before the Worker or after it', async () => {
  const folder = projectOf({
    'wrangler.jsonc': {
      ...{ name: 'site', main: 'site.ts', compatibility_date: '2026-10-20' },
      assets: {
        directory: 'public',
        binding: 'FILES',
        run_worker_first: ['/api/*'],
        not_found_handling: 'none',
      },
    },
    'public/index.html': 'the first page',
    'public/about.html': 'about us',
    'public/api/data.txt': 'never served at once',
    'public/_headers': '/about\n  x-seen: yes\n',
    'site.ts': `export default { async fetch(request, { FILES }) {
  const { pathname } = new URL(request.url);
  if (pathname === '/api/data.txt') return new Response('by way of the Worker: ' + await (await FILES.fetch(request)).text());
  return new Response('the Worker in ' + request.cf.colo);
} };`,
  });
  const { platform } = await startProject(folder);
  const man = platform.deployments[0]?.urls.MAN ?? '';
  const get = async (path: string) => {
    const response = await fetch(man + path, { redirect: 'manual' });
    return [
      response.status,
      response.headers.get('x-seen') ?? response.headers.get('location'),
      await response.text(),
    ];
  };

  expect(await get('/')).toEqual([200, null, 'the first page']);
  expect(await get('/about')).toEqual([200, 'yes', 'about us']);
  expect(await get('/about.html')).toEqual([307, '/about', '']);
  expect(await get('/api/data.txt')).toEqual([200, null, 'by way of the Worker: never served at once']);
  expect(await get('/nowhere')).toEqual([200, null, 'the Worker in MAN']);
});
