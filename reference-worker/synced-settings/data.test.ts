import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDataSet, verifyDataSet } from '../../fixtures/data-set/index.ts';
import { openSystemData, rowsOf, type SystemData, shardFile } from '../../fixtures/index.ts';
import { SEAL_SECRET, tokenOf, zoneOf } from './api.ts';
import { unseal } from './src/seal.ts';
import { system } from './system.ts';

/** Two populations of customers, as one database holds them. */
let data: SystemData;
let folder: string;
beforeAll(async () => {
  data = await openSystemData(system);
  folder = await mkdtemp(join(tmpdir(), 'customers-'));
  await createDataSet({ ...request('set'), threads: 2 });
});
afterAll(() => rm(folder, { recursive: true }));

const plansOf = () => ['oak', 'ash'].map((account) => data.model.plan({ account, seed: 1, sizeBytes: 1e6 }));
const request = (name: string) => ({ folder: join(folder, name), data, plans: plansOf() });

function all(sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(shardFile(join(folder, 'set')), { readOnly: true });
  const rows = database.prepare(sql).all();
  database.close();
  return rows;
}

describe('a population of customers', () => {
  test('is as many as fit into the size, each with a zone and fifty settings', () => {
    const [plan] = plansOf();
    const customers = all(
      'SELECT customer_id, count(*) AS settings FROM settings JOIN customer_zones USING (customer_id) GROUP BY 1',
    );

    expect(plan?.counts).toEqual({ zones: plan?.members, settings: 50 * (plan?.members ?? 0) });
    expect(customers).toHaveLength(2 * (plan?.members ?? 0));
    expect(customers.every(({ settings }) => settings === 50)).toBe(true);
    expect(customers[0]).toMatchObject({ customer_id: 'ash-0000001' });
    const [{ bytes } = { bytes: 0 }] = all(
      'SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()',
    );
    expect(Number(bytes) / 2e6).toBeGreaterThan(0.9);
    expect(Number(bytes) / 2e6).toBeLessThan(1.1);
  });

  test('says in each setting whose it is', () => {
    for (const { customer_id, toggle_id, value } of all('SELECT * FROM settings'))
      expect(value).toMatch(new RegExp(` canary:${customer_id}:settings:${toggle_id}:v1$`));
  });

  test('has tokens that open for their customer alone', async () => {
    const [one, other] = all('SELECT customer_id, sealed_token FROM customer_zones');
    const customer = String(one?.customer_id);

    expect(await unseal(String(one?.sealed_token), customer, SEAL_SECRET)).toBe(tokenOf(zoneOf(customer)));
    await expect(unseal(String(other?.sealed_token), customer, SEAL_SECRET)).rejects.toThrow();
  });

  test.each([
    [
      'a changed setting',
      "UPDATE settings SET value = 'x' WHERE customer_id = 'oak-0000003' AND toggle_id = 'toggle-09'",
      'different: oak settings oak-0000003 toggle-09',
    ],
    [
      'a missing one',
      "DELETE FROM settings WHERE customer_id = 'ash-0000001' AND toggle_id = 'toggle-50'",
      'missing: ash settings ash-0000001 toggle-50',
    ],
    [
      'one too many',
      "INSERT INTO settings VALUES ('oak-0000002', 'toggle-51', 'x', 1, 1)",
      'surplus: oak settings oak-0000002 toggle-51',
    ],
    [
      'a customer too many',
      "INSERT INTO customer_zones VALUES ('oak-0999999', 'z', 't', 0, 0, 0)",
      'surplus: oak zones oak-0999999 z',
    ],
    [
      'a customer of nobody',
      "INSERT INTO customer_zones VALUES ('elm', 'z', 't', 0, 0, 0)",
      '1 zones belong to elm, which is not in the plan',
    ],
  ])('is found out by %s', async (_, sql, problem) => {
    const broken = join(folder, 'broken');
    await cp(join(folder, 'set'), broken, { recursive: true });
    const database = new DatabaseSync(shardFile(broken));
    database.exec(`PRAGMA journal_mode = DELETE; ${sql}; PRAGMA journal_mode = WAL`);
    database.close();

    const { problems } = await verifyDataSet({ ...request('broken'), threads: 1 });

    await rm(broken, { recursive: true });
    expect(problems.map(({ kind, what }) => `${kind}: ${what}`).join()).toContain(problem);
  });

  test('is the same document by document', () => {
    const [plan = expect.fail()] = plansOf();
    const alone = data.model.resources.flatMap((resource) =>
      [...data.model.placesOf(plan, resource)].map((place) => data.model.rowAt(plan, place)),
    );

    expect(alone).toEqual([...rowsOf(data.model, plan)]);
  });
});
