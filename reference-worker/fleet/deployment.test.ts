import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadSystem } from '../target/index.ts';
import { tablesIn } from './backups.ts';
import {
  assertSlug,
  type Configured,
  configuredFor,
  sharedIn,
  type Template,
  templateOf,
} from './deployment.ts';

let template: Template;
beforeAll(async () => {
  template = await templateOf(await loadSystem({ system: 'single-tenant' }, '.'));
});
const tenant = (slug: string, database = `database-of-${slug}`): Configured =>
  configuredFor(template, slug, { DB: database });

test('a tenant is the template with its own name in every word that was the template’s', () => {
  expect(tenant('oak')).toMatchObject({
    name: 'shop-oak',
    vars: { SLUG: 'oak', BASE_DOMAIN: 'shops.example.com' },
    routes: [{ pattern: 'oak.shops.example.com' }],
    d1_databases: [{ binding: 'DB', database_name: 'shop-oak', database_id: 'database-of-oak' }],
    r2_buckets: [{ bucket_name: 'shop-oak' }],
  });
  expect(tenant('oak').main).toBe(template.configured.main);
});

describe('of two deployments it is seen that they share', () => {
  const shared = (one: Configured, other: Configured): string[] =>
    sharedIn(
      new Map([
        ['oak', one],
        ['ash', other],
      ]),
    );

  test('nothing, where each has its own', () => {
    expect(shared(tenant('oak'), tenant('ash'))).toEqual([]);
  });
  test.each([
    [
      'a database',
      {
        d1_databases: [
          { binding: 'DB', database_id: 'database-of-oak', database_name: 'x', migrations_dir: 'm' },
        ],
      },
    ],
    ['a bucket', { r2_buckets: [{ binding: 'MEDIA', bucket_name: 'shop-oak' }] }],
    ['a hostname', { routes: [{ pattern: 'oak.shops.example.com', custom_domain: true }] }],
    ['a Worker', { name: 'shop-oak' }],
  ])('%s', (_, change) => {
    expect(shared(tenant('oak'), { ...tenant('ash'), ...change })).toEqual([
      expect.stringMatching(/^oak and ash share the /),
    ]);
  });
  test('a namespace', () => {
    const kv = { kv_namespaces: [{ binding: 'KV', id: 'one' }] };

    expect(shared({ ...tenant('oak'), ...kv }, { ...tenant('ash'), ...kv })).toEqual([
      'oak and ash share the namespace one.',
    ]);
  });
});

test('a system of another form is refused', async () => {
  await expect(templateOf(await loadSystem({ system: 'shared-shards' }, '.'))).rejects.toThrow(
    'no_fleet_of_this',
  );
});

test.each(['', 'Oak', '-oak', 'oak-', '1', '../oak', 'o'.repeat(41)])('%j is no name of a tenant', (slug) => {
  expect(() => assertSlug(slug)).toThrow('bad_slug');
});

test('the rows of an export are told apart by what they hold, not by their order, and text may hold semicolons', () => {
  const [one, other] = [`INSERT INTO "t" VALUES('a;\nb','it''s');`, `INSERT INTO "t" VALUES('c','');`];
  const own = `CREATE TABLE t(x -- what it's for\n);\nINSERT INTO "sqlite_sequence" VALUES('t',1);`;

  const folder = mkdtempSync(join(tmpdir(), 'export-'));
  const told = (sql: string) => {
    writeFileSync(join(folder, 'export.sql'), sql);
    return tablesIn(join(folder, 'export.sql'));
  };

  expect(told(`${own}\n${one}\n${other}`)).toEqual(told(`${other}\n${one}`));
  expect(told(`${one}\n${other}`).t?.rows).toBe(2);
  expect(told(one).t?.sha256).not.toBe(told(one.replace('s', 'S')).t?.sha256);
  rmSync(folder, { recursive: true });
});

test('paths of a tenant lead where those of the template do', () => {
  expect(tenant('oak').d1_databases[0]?.migrations_dir).toBe(
    join(import.meta.dirname, '..', '..', 'migrations', 'single-tenant'),
  );
});
