import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { cloudflareDatabases } from './cloudflare.ts';
import { moveAccount } from './index.ts';
import { ACCOUNT, databasesOf, FROM, optionsFor, Simulation, TO } from './simulation.testing.ts';

/** The part of D1's API that a move asks, in front of SQLite: no test may depend on the service. */

const NAMES: Readonly<Record<string, string>> = { 'id-0': 'accounts', 'id-a': FROM, 'id-b': TO };
const Body = z.object({
  batch: z.array(z.object({ sql: z.string(), params: z.array(z.union([z.string(), z.number(), z.null()])) })),
});
const bound = (binding: string, database_id: string) => ({ binding, database_id, database_name: binding });
const CONFIGURED = {
  name: 'shards',
  env: {
    pooled: { d1_databases: [bound('ACCOUNTS', 'id-0'), bound('SHARD_A', 'id-a')] },
    alone: { d1_databases: [bound('ACCOUNTS', 'id-0'), bound('SHARD_B', 'id-b')] },
  },
};

let simulation: Simulation;
let api: Server;
let folder: string;
let env: Record<string, string>;
const configured = (content: unknown): string => {
  const file = join(folder, 'wrangler.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'move-'));
  simulation = new Simulation();
  const databases = databasesOf(simulation, async (work) => work());
  api = createServer(async (request, response) => {
    const id = /^\/accounts\/account-1\/d1\/database\/([^/]+)\/query$/.exec(request.url ?? '')?.[1] ?? '';
    const isAllowed = request.headers.authorization === 'Bearer token-1';
    const { batch } = Body.parse(JSON.parse(await text(request)));
    const reply = isAllowed
      ? await databases.batch(NAMES[id] ?? '', batch).then(
          (results) => ({
            success: true,
            errors: [],
            result: results.map(({ rows, durationMs, changes }) => ({
              success: true,
              results: rows,
              meta: { duration: durationMs, changes },
            })),
          }),
          (error) => ({ success: false, errors: [{ code: 7500, message: String(error) }], result: null }),
        )
      : { success: false, errors: [{ code: 10000, message: 'Authentication error' }], result: null };
    response.writeHead(isAllowed ? (reply.success ? 200 : 500) : 401).end(JSON.stringify(reply));
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const address = api.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  env = {
    CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}`,
    CLOUDFLARE_ACCOUNT_ID: 'account-1',
    CLOUDFLARE_API_TOKEN: 'token-1',
  };
});
afterEach(() => {
  api.closeAllConnections();
  api.close();
  rmSync(folder, { recursive: true });
});

test('an account moves between databases that only the API reaches, each named by the binding of its shard', async () => {
  const whole = simulation.contents(FROM);
  const databases = await cloudflareDatabases(configured(CONFIGURED), env);

  await moveAccount(optionsFor(simulation, databases, () => simulation.pass(1_000)));

  expect(simulation.contents(TO)).toEqual(whole);
  expect(simulation.contents(FROM)).toEqual([]);
  expect(simulation.writeNow(ACCOUNT, 'no-1')).toBeGreaterThan(1);
});

test('what Cloudflare refuses is told in its words', async () => {
  const refused = cloudflareDatabases(configured(CONFIGURED), { ...env, CLOUDFLARE_API_TOKEN: 'other' });

  await expect(refused).rejects.toThrow(/cloudflare_refused: Cloudflare answered 401.*Authentication error/);
  await expect(cloudflareDatabases(configured(CONFIGURED), {})).rejects.toThrow('CLOUDFLARE_API_TOKEN');
});

test('an error of SQL is an error, and nothing of its batch has happened', async () => {
  const { batch } = await cloudflareDatabases(configured(CONFIGURED), env);
  const before = simulation.contents(FROM);

  await expect(
    batch(FROM, [{ sql: 'DELETE FROM notes' }, { sql: 'SELECT * FROM elsewhere' }]),
  ).rejects.toThrow(/no such table: elsewhere/);
  expect(simulation.contents(FROM)).toEqual(before);
});

test('a binding that leads to two databases, and one that there is not, are refused', async () => {
  const { pooled } = CONFIGURED.env;
  const other = { d1_databases: [bound('ACCOUNTS', 'id-9'), bound('SHARD_B', 'id-b')] };
  const { batch } = await cloudflareDatabases(configured({ name: 'shards', env: { pooled } }), env);

  await expect(cloudflareDatabases(configured({ name: 'x', env: { pooled, other } }), env)).rejects.toThrow(
    'binds two databases as ACCOUNTS',
  );
  await expect(cloudflareDatabases(configured({ name: 'x', env: {} }), env)).rejects.toThrow('as ACCOUNTS');
  await expect(batch(TO, [])).rejects.toThrow('binds no database as SHARD_B');
});
