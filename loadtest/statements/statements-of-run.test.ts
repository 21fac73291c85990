import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATION_HEADER, type Platform, startWorker } from '../../reference-worker/target/index.ts';
import { StatementWatch } from './index.ts';

/** `GET` looks for what has a status, or lists so many; `POST` adds a row with a new id; each also reads a key of KV. */
const SOURCE = `let next = 10_000;
export default { async fetch(request, { DB, KV }) {
  await KV.get('settings');
  const add = DB.prepare("INSERT INTO orders VALUES ('a', ?, 'new')").bind(next += 1);
  if (request.method === 'POST') return Response.json(await add.run());
  const limit = new URL(request.url).searchParams.get('limit');
  if (limit) return Response.json(await DB.prepare('SELECT * FROM orders LIMIT ?').bind(Number(limit)).all());
  return Response.json(await DB.prepare('SELECT id FROM orders WHERE status = ? LIMIT 10').bind('open').all());
} };`;
const SCHEMA = `CREATE TABLE orders (account TEXT, id INTEGER, status TEXT, PRIMARY KEY (account, id));
CREATE INDEX orders_by_id ON orders (id);
INSERT INTO orders WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000)
  SELECT 'a', n, iif(n % 100 = 0, 'open', 'done') FROM r;`;

let platform: Platform;
const folder = mkdtempSync(join(tmpdir(), 'shardproof-statements-'));
beforeAll(async () => {
  writeFileSync(join(folder, 'index.js'), SOURCE);
  platform = await startWorker({
    ...{ entry: join(folder, 'index.js'), stateDir: folder, databases: { DB: SCHEMA }, namespaces: ['KV'] },
    behaviour: { rows: 'sampled' },
  });
});
afterAll(async () => {
  await platform.stop();
  rmSync(folder, { recursive: true });
});

async function ask(method: 'GET' | 'POST', operation?: string, path = '/'): Promise<void> {
  const headers = operation === undefined ? {} : { [OPERATION_HEADER]: operation };
  const url = `${platform.deployments[0]?.urls.LHR}${path}`;
  await (await fetch(url, { method, headers })).text();
}

test('what requests cost is told by operation and by statement, from the start of the load on', async () => {
  const watch = new StatementWatch(platform);
  await ask('GET', 'look');
  await watch.start();
  for (let n = 0; n < 40; n += 1) await ask('GET', 'look');
  for (let n = 0; n < 5; n += 1) await ask('POST', 'add');
  await ask('GET');

  const run = await watch.finish();

  const all = (mean: number) => ({ mean, low: mean, high: mean });
  expect(run?.operations.toSorted((a, b) => a.requests - b.requests)).toMatchObject([
    // The row, and an entry of each of two indexes.
    { operation: 'add', requests: 5, rowsRead: all(0), rowsWritten: all(3), kvReads: 1, kvWrites: 0 },
    {
      operation: 'look',
      requests: 40,
      rowsRead: { mean: expect.closeTo(1_000, -1) },
      rowsWritten: all(0),
      kvReads: 1,
    },
  ]);
  const [look, outside] = run?.statements.filter(({ access }) => access === 'read') ?? [];
  expect(look).toMatchObject({
    database: 'DB',
    operation: 'look',
    executions: 40,
    counted: 32,
    rowsReturned: 400,
  });
  expect(look?.plan).toEqual(['SCAN orders']);
  expect(look?.index?.sql).toBe('CREATE INDEX orders_by_status ON orders (status)');
  expect(look?.index?.rowsReadWith).toBeLessThanOrEqual(20);
  expect(outside).toMatchObject({ operation: null, executions: 1 });
  expect(run?.uncounted).toBe(0);
});

test('of more executions than are counted the interval holds what they really read', async () => {
  const LISTS = 200;
  const watch = new StatementWatch(platform);
  await watch.start();
  // Each reads as many rows as it returns.
  for (let n = 1; n <= LISTS; n += 1) await ask('GET', 'list', `/?limit=${n}`);

  const run = await watch.finish();

  const [statement] = run?.statements ?? [];
  expect(statement).toMatchObject({
    executions: LISTS,
    counted: 32,
    rowsReturned: (LISTS * (LISTS + 1)) / 2,
  });
  const { low = 0, high = 0 } = statement?.rowsRead ?? {};
  expect(low).toBeLessThan((LISTS + 1) / 2);
  expect(high).toBeGreaterThan((LISTS + 1) / 2);
  expect(high - low).toBeLessThan(LISTS / 2);
  expect(run?.operations).toMatchObject([{ operation: 'list', rowsRead: statement?.rowsRead }]);
});
