import type { D1Migration } from 'cloudflare:test';
import type { Bindings } from '../src/bindings.ts';

declare global {
  namespace Cloudflare {
    interface Env extends Omit<Bindings, `SHARD_${string}`> {
      readonly SHARD_EU_1: D1Database;
      readonly SHARD_EU_2: D1Database;
      readonly CACHE: KVNamespace;
      readonly MIGRATIONS_ACCOUNTS: D1Migration[];
      readonly MIGRATIONS_SHARD: D1Migration[];
    }
  }
}
