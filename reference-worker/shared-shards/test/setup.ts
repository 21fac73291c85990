import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

// Storage is fresh for each test file; the accounts and shards are the ones that the tests speak of.
await applyD1Migrations(env.ACCOUNTS, env.MIGRATIONS_ACCOUNTS);
await applyD1Migrations(env.SHARD_EU_1, env.MIGRATIONS_SHARD);
await applyD1Migrations(env.SHARD_EU_2, env.MIGRATIONS_SHARD);

await env.ACCOUNTS.batch(
  [
    "INSERT INTO db_shard (id, binding) VALUES ('eu-1', 'SHARD_EU_1'), ('eu-2', 'SHARD_EU_2'), ('eu-9', 'SHARD_EU_9')",
    `INSERT INTO account (id, name, db_shard_id, is_active) VALUES
       ('acme', 'Acme', 'eu-1', 1), ('birch', 'Birch', 'eu-1', 1), ('cedar', 'Cedar', 'eu-2', 1),
       ('gone', 'Gone', 'eu-1', 0), ('stray', 'Stray', 'eu-9', 1)`,
    "INSERT INTO account_domain (account_id, hostname) VALUES ('acme', 'clients.acme.example')",
  ].map((sql) => env.ACCOUNTS.prepare(sql)),
);
