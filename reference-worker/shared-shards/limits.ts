import type { Limits } from '../target/contract/index.ts';

/** What the reference Worker's contract states, each with what forces it. */
export const REFERENCE_LIMITS: Limits = {
  // A D1 row holds 2,000,000 bytes (developers.cloudflare.com/d1/platform/limits); ids and indexed fields take the rest.
  bodyMaxBytes: 1_980_000,
  // A Worker holds several requests in its 128 MB (developers.cloudflare.com/workers/platform/limits).
  requestMaxBytes: 8_000_000,
  // Two statements each; D1 allows 1,000 queries per invocation and 30 s for the batch (same page as the row).
  batchMaxOperations: 50,
  // 100 bodies of the largest size already exceed the memory; clients read page by page.
  listMaxItems: 100,
  listDefaultItems: 20,
  // A KV key holds 512 bytes: account, collection and id (developers.cloudflare.com/kv/platform/limits).
  idMaxLength: 128,
  // Cursors carry the field, in a URL.
  indexedFieldMaxLength: 200,
  // D1's LIKE pattern holds 50 bytes (same page as the row), the closing % among them.
  prefixMaxBytes: 49,
  // As D1 itself tries (developers.cloudflare.com/d1/best-practices/retry-queries).
  readAttempts: 3,
  // In memory of each isolate, so that most requests need not ask the account database.
  accountTtlMs: 5_000,
};
