/** What wrangler.jsonc binds. A Worker reaches the shards bound here and no others (A3). */
export interface Bindings {
  readonly ACCOUNTS: D1Database;
  /** The optional read cache (A10); without the binding every read goes to D1. */
  readonly CACHE?: KVNamespace;
  /** HS256 secret of the identity provider. */
  readonly JWT_SECRET: string;
  /** Root of the keys for cursors, bookmarks and cache entries; one key per purpose and account. */
  readonly SEAL_SECRET: string;
  readonly BASE_DOMAIN: string;
  /** `off` removes the evidence headers. */
  readonly EVIDENCE?: string;
  readonly [shard: `SHARD_${string}`]: D1Database;
}
