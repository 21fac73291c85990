import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Platform, startWorker } from '../../local/index.ts';
import { helpfulIndex, planOf, takeCounted } from './index.ts';

/** Runs the statement that it is sent, with its parameters. */
const SOURCE = `export default { async fetch(request, { DB }) {
  const { sql, params } = await request.json();
  return Response.json(await DB.prepare(sql).bind(...params).all());
} };`;
const SCHEMA = `CREATE TABLE orders (account TEXT, id INTEGER, status TEXT, customer TEXT, PRIMARY KEY (account, id)) WITHOUT ROWID;
CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT);
INSERT INTO orders WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000)
  SELECT 'a', n, iif(n % 100 = 0, 'open', 'done'), 'c' || (n % 50) FROM r;
INSERT INTO customers WITH RECURSIVE r (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 49) SELECT 'c' || n, 'Name ' || n FROM r;`;

let platform: Platform;
const folder = mkdtempSync(join(tmpdir(), 'shardproof-rows-'));
beforeAll(async () => {
  writeFileSync(join(folder, 'index.js'), SOURCE);
  const entry = join(folder, 'index.js');
  platform = await startWorker({
    entry,
    stateDir: folder,
    databases: { DB: SCHEMA },
    behaviour: { rows: 'sampled' },
  });
});
afterAll(async () => {
  await platform.stop();
  rmSync(folder, { recursive: true });
});

async function counted(sql: string, params: readonly (string | number)[] = []) {
  await platform.control.takeStatements();
  const body = JSON.stringify({ sql, params });
  const response = await fetch(platform.deployments[0]?.urls.LHR ?? '', {
    method: 'POST',
    body,
    headers: { 'x-shardproof-operation': 'asked' },
  });
  await response.text();
  const [statement] = (await takeCounted(platform)).filter(({ operation }) => operation === 'asked');
  if (!statement) throw new Error('nothing was counted.');
  return statement;
}

test('a statement is told with the operation that its request was for, which the Worker does not see', async () => {
  const statement = await counted('SELECT * FROM orders WHERE account = ? AND id = ?', ['a', 7]);

  expect(statement).toMatchObject({
    ...{ database: 'DB', operation: 'asked', access: 'read', executions: 1, rowsReturned: 1 },
    counted: [{ params: ['a', 7], rowsRead: 1, rowsWritten: 0 }],
  });
  expect((await planOf(platform, statement)).join()).toContain(
    'SEARCH orders USING PRIMARY KEY (account=? AND id=?)',
  );
});

describe('an index that helps', () => {
  test.each([
    [
      'a scan for what has one value',
      'SELECT * FROM orders WHERE account = ? AND status = ? ORDER BY id LIMIT 10',
      ['a', 'open'],
      'status',
      10,
    ],
    [
      'an order without an index',
      'SELECT * FROM orders WHERE account = ? ORDER BY customer, id LIMIT 10',
      ['a'],
      'customer',
      20,
    ],
    [
      'a join by a column without one',
      'SELECT o.id FROM customers AS c JOIN orders AS o ON o.customer = c.id WHERE c.name = ?',
      ['Name 7'],
      'customer',
      80,
    ],
    [
      'a change of what has one value',
      "UPDATE orders SET status = 'late' WHERE status = ?",
      ['nothing'],
      'status',
      1,
    ],
  ] as const)('to %s is found, and was tried', async (_, sql, params, column, atMost) => {
    const statement = await counted(sql, params);
    const before = statement.counted[0]?.rowsRead ?? 0;

    const index = await helpfulIndex(platform, platform.operator, statement);

    expect(before).toBeGreaterThan(900);
    expect(index?.rowsRead).toBe(before);
    expect(index?.rowsReadWith).toBeLessThanOrEqual(atMost);
    expect(index?.sql).toMatch(
      new RegExp(`^CREATE INDEX \\w+ ON orders \\(.*${column}.*\\)(; ANALYZE orders)?$`),
    );
    const [indexes] = await platform.operator.query(
      'DB',
      "SELECT count(*) AS n FROM sqlite_master WHERE name LIKE 'shardproof%'",
    );
    expect(indexes?.n).toBe(0);
  });

  test.each([
    ['a row that is found by its key', 'SELECT * FROM orders WHERE account = ? AND id = ?', ['a', 7]],
    ['a sum of everything', 'SELECT sum(id) FROM orders', []],
    ['what has no table', 'SELECT 1', []],
  ] as const)('is not invented for %s', async (_, sql, params) => {
    expect(await helpfulIndex(platform, platform.operator, await counted(sql, params))).toBeUndefined();
  });
});
