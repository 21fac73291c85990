import { join } from 'node:path';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

/** The Worker's own tests run inside workerd, on the bindings of the shared deployment and a few more. */
export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: join(import.meta.dirname, 'wrangler.jsonc'), environment: 'shared' },
      miniflare: {
        d1Databases: ['SHARD_EU_2'],
        kvNamespaces: ['CACHE'],
        bindings: {
          JWT_SECRET: 'secret-of-the-identity-provider',
          SEAL_SECRET: 'root-of-the-sealing-keys',
          BASE_DOMAIN: 'docs.test',
          EVIDENCE: 'on',
          MIGRATIONS_ACCOUNTS: await readD1Migrations(
            join(import.meta.dirname, '../../migrations/shared-shards/accounts'),
          ),
          MIGRATIONS_SHARD: await readD1Migrations(
            join(import.meta.dirname, '../../migrations/shared-shards/shard'),
          ),
        },
      },
    })),
  ],
  test: {
    name: 'worker',
    root: import.meta.dirname,
    include: ['test/**/*.test.ts'],
    sequence: { groupOrder: 2 },
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
