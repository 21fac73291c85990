import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { applyMigrations } from './apply.ts';

const root = join(import.meta.dirname, '..');
const SHARD = join(import.meta.dirname, 'shared-shards', 'shard');
const ACCOUNTS = join(import.meta.dirname, 'shared-shards', 'accounts');
const schemaOf = (database: DatabaseSync): unknown[] =>
  database
    .prepare(
      "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE '%\\_cf\\_%' ESCAPE '\\' AND name != 'd1_migrations' ORDER BY name",
    )
    .all();
const recorded = (database: DatabaseSync): unknown[] =>
  database.prepare('SELECT name FROM d1_migrations ORDER BY id').all();

describe.each([
  [ACCOUNTS, 'ACCOUNTS'],
  [SHARD, 'SHARD_EU_1'],
])('the migrations of %s', (folder, binding) => {
  test('are applied once, in order, and recorded', () => {
    const database = new DatabaseSync(':memory:');

    const first = applyMigrations(database, folder);
    const second = applyMigrations(database, folder);

    expect(first).toEqual(readdirSync(folder).sort());
    expect(second).toEqual([]);
    expect(recorded(database)).toEqual(first.map((name) => ({ name })));
  });

  test('give the same schema as wrangler, which then finds nothing left to do', () => {
    const state = mkdtempSync(join(tmpdir(), 'wrangler-'));
    const config = join(root, 'reference-worker', 'shared-shards', 'wrangler.jsonc');
    const wrangler = () =>
      execFileSync(
        'wrangler',
        [
          'd1',
          'migrations',
          'apply',
          binding,
          '--local',
          '--env',
          'shared',
          '-c',
          config,
          '--persist-to',
          state,
        ],
        { encoding: 'utf8', env: { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false' } },
      );
    wrangler();
    const [file = ''] = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /[0-9a-f]{64}\.sqlite$/.test(name),
    );
    const theirs = new DatabaseSync(join(state, file));
    const ours = new DatabaseSync(':memory:');

    applyMigrations(ours, folder);

    expect(schemaOf(theirs).length).toBeGreaterThan(2);
    expect(schemaOf(theirs)).toEqual(schemaOf(ours));
    expect(applyMigrations(theirs, folder)).toEqual([]);
    theirs.close();
  });
});

describe('a migration that fails', () => {
  test('leaves no trace and names its error', () => {
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE notes (other INTEGER)');

    expect(() => applyMigrations(database, SHARD)).toThrow('notes already exists');

    expect(recorded(database)).toEqual([]);
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'groups'").all()).toEqual([]);
  });

  test('names its error also when SQLite has rolled back by itself, as it may on a full disk', () => {
    const database = new DatabaseSync(':memory:');
    database.exec(
      'CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT, applied_at TEXT); ' +
        "CREATE TRIGGER full BEFORE INSERT ON d1_migrations BEGIN SELECT RAISE(ROLLBACK, 'as if full'); END",
    );

    expect(() => applyMigrations(database, SHARD)).toThrow('as if full');

    expect(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'groups'").all()).toEqual([]);
  });
});

describe('the account database refuses', () => {
  test.each([
    ["INSERT INTO db_shard (id, binding) VALUES ('s', 'ACCOUNTS')"],
    ["INSERT INTO db_shard (id, binding) VALUES ('s', 'SHARD_a')"],
    ["INSERT INTO account (id, name, db_shard_id) VALUES ('Acme', 'x', 'eu')"],
    ["INSERT INTO account (id, name, db_shard_id) VALUES ('a:b', 'x', 'eu')"],
    ["INSERT INTO account (id, name, db_shard_id) VALUES ('-a', 'x', 'eu')"],
    ["INSERT INTO account (id, name, db_shard_id) VALUES ('a', 'x', 'no-such-shard')"],
    ["INSERT INTO account_domain (account_id, hostname) VALUES ('ok', 'Upper.example')"],
  ])('%s', (sql) => {
    const database = new DatabaseSync(':memory:');
    applyMigrations(database, ACCOUNTS);
    database.exec("INSERT INTO db_shard (id, binding) VALUES ('eu', 'SHARD_EU_1')");
    database.exec("INSERT INTO account (id, name, db_shard_id) VALUES ('ok', 'Fine', 'eu')");

    expect(() => database.exec(sql)).toThrow(/constraint failed/);
  });
});
