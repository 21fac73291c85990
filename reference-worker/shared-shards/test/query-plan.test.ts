import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Collection, collections } from '../src/collections.ts';
import {
  assertScoped,
  deleteDocument,
  findAccount,
  type ListQuery,
  listDocuments,
  listFinancesOfClient,
  patchDocument,
  putDocument,
  readDocument,
  requireState,
  type Statement,
} from '../src/statements.ts';

const ROWS_PER_ACCOUNT = 4_000;
const names = Object.keys(collections) as Collection[];

/** Every shape of statement that the store can issue, by a name that says what it is for. */
const statements: [string, Statement][] = names.flatMap((collection) => [
  [`read ${collection}`, readDocument(collection, 'd7')],
  [`precondition ${collection}`, requireState(collection, 'd7', 0, 'live')],
  [`put ${collection}`, putDocument(collection, 'd7', '{}')],
  [`patch ${collection}`, patchDocument(collection, 'd7', '{}')],
  [`delete ${collection}`, deleteDocument(collection, 'd7')],
  ...listShapes(collection).map((query): [string, Statement] => [
    `list ${describeShape(query)}`,
    listDocuments(query),
  ]),
]);
statements.push(['join clients to finances', listFinancesOfClient('d7', 'd1', 20)]);

function listShapes(collection: Collection): ListQuery[] {
  const orders = [false, true].map((descending) => ({ collection, descending, limit: 20 }));
  const shapes: ListQuery[] = orders.flatMap((order) => [
    { ...order, sort: 'id' },
    { ...order, sort: 'id', after: { id: 'd7' } },
  ]);
  for (const field of Object.keys(collections[collection])) {
    const after = { id: 'd7', value: 'x' };
    for (const order of orders) {
      const equals: ListQuery = { ...order, sort: 'id', filter: { field, equals: 'v7' } };
      const sorted: ListQuery = { ...order, sort: field };
      const prefix: ListQuery = { ...sorted, filter: { field, from: 'v', before: 'w' } };
      const endless: ListQuery = { ...sorted, filter: { field, from: 'v', before: undefined } };
      for (const shape of [equals, sorted, prefix, endless]) shapes.push(shape, { ...shape, after });
    }
  }
  return shapes;
}

function describeShape({ collection, filter, sort, descending, after }: ListQuery): string {
  const kind = filter && ('equals' in filter ? '=' : filter.before === undefined ? ' from' : ' prefix');
  const parts = [
    collection,
    filter ? `${filter.field}${kind}` : '',
    `by ${descending ? '-' : ''}${sort}`,
    after ? 'after' : '',
  ];
  return parts.filter(Boolean).join(' ');
}

/**
 * What is wrong with a plan: a step that reads a table without the account at the front of an index, or that
 * sorts. Steps that touch no table pass.
 */
function faults(plan: readonly string[]): string[] {
  return plan.filter((step) => {
    if (
      /^(SCAN CONSTANT ROW|SCAN \(subquery|CO-ROUTINE|SCALAR SUBQUERY|CORRELATED SCALAR SUBQUERY)/.test(step)
    )
      return false;
    return !/^SEARCH \w+ USING (COVERING )?INDEX \w+ \(account_id=\?/.test(step);
  });
}

async function planOf(database: D1Database, { sql, params }: Statement): Promise<string[]> {
  const explain = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind('acme', ...params);
  return (await explain.all<{ detail: string }>()).results.map(({ detail }) => detail);
}

/** Three accounts, one of them with nearly all documents pointing at one value: where a planner may go wrong. */
async function fill(): Promise<void> {
  for (const collection of names) {
    const fields = Object.keys(collections[collection]).map(
      (field) => `'${field}', iif(n % 50 = 0, 'v' || n, 'v7')`,
    );
    for (const account of ['acme', 'birch', 'cedar']) {
      await env.SHARD_EU_1.prepare(
        `WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < ${ROWS_PER_ACCOUNT}) ` +
          `INSERT INTO ${collection} (account_id, entity_id, _version, body) ` +
          `SELECT '${account}', 'd' || n, 1, json_object(${fields.join(', ')}) FROM counter`,
      ).run();
    }
  }
}

describe.each(['without statistics', 'after PRAGMA optimize'])('query plans %s', (statistics) => {
  beforeAll(async () => {
    if (statistics === 'without statistics') await fill();
    else await env.SHARD_EU_1.exec('PRAGMA optimize = 0x10002');
  }, 60_000);

  test(`all statements use one index of the account and never sort (${statements.length} shapes)`, async () => {
    for (const [name, statement] of statements) {
      const plan = await planOf(env.SHARD_EU_1, statement);
      expect([name, faults(plan)]).toEqual([name, []]);
      if (!name.startsWith('put')) expect([name, plan.length]).not.toEqual([name, 0]);
    }
  });
});

describe('the check itself', () => {
  test('fails when an index is dropped', async () => {
    await env.SHARD_EU_1.exec('DROP INDEX clients_by_surname');
    const broken: string[] = [];

    for (const [name, statement] of statements) {
      if (faults(await planOf(env.SHARD_EU_1, statement)).length > 0) broken.push(name);
    }

    expect(broken.length).toBeGreaterThan(0);
    expect(broken.every((name) => name.startsWith('list clients') && name.includes('surname'))).toBe(true);
  });

  test('fails on a plan that reads every account', async () => {
    const everyone = { sql: 'SELECT body FROM clients WHERE entity_id = ?2 AND ?1 = ?1', params: ['d7'] };

    expect(faults(await planOf(env.SHARD_EU_1, everyone))).not.toEqual([]);
  });
});

describe('the guard', () => {
  test('passes every statement of the store', () => {
    for (const [, { sql }] of [...statements, ['account', findAccount()] as const])
      expect(() => assertScoped(sql)).not.toThrow();
  });

  test.each([
    'SELECT body FROM clients WHERE entity_id = ?2',
    'SELECT body FROM clients WHERE account_id = ?2 AND entity_id = ?1',
    'SELECT f.body FROM clients AS c JOIN finances AS f ON f.client_id = c.entity_id WHERE c.account_id = ?1',
    'UPDATE clients SET deleted = 1 WHERE entity_id = ?2',
    'DELETE FROM clients',
    'INSERT INTO clients (account_id, entity_id, _version, body) VALUES (?2, ?3, 1, ?1)',
    'SELECT name FROM account AS a',
    'PRAGMA table_list',
  ])('refuses %s', (sql) => {
    expect(() => assertScoped(sql)).toThrow('unscoped_statement');
  });

  test('refuses each statement of the store once its account is taken out', () => {
    for (const [name, { sql }] of statements) {
      const unscoped = sql.replaceAll('account_id = ?1', '1 = 1').replace('VALUES (?1,', "VALUES ('birch',");
      expect([name, unscoped === sql]).toEqual([name, false]);
      expect(() => assertScoped(unscoped)).toThrow('unscoped_statement');
    }
  });
});
