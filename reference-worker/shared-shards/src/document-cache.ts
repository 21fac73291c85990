import * as z from 'zod';
import type { Account } from './accounts.ts';
import type { Collection } from './collections.ts';
import type { StoredDocument } from './documents.ts';
import { keyFor } from './keys.ts';

/**
 * The KV-safe read cache (B5). KV may be stale without bound and may hold what a lagging reader filled in, so
 * an entry carries the bookmark at which it was true and answers only a request that asks for no later one.
 * KV promises no place in Europe either, so a body leaves D1 only sealed: AES-GCM under the account's own key,
 * with account, shard, collection, id, version and bookmark as additional data. An entry read under any other
 * identity, or edited, is noise.
 *
 * No function here throws for KV's sake: D1 is always there to answer.
 */
export interface CachedDocument {
  readonly document: StoredDocument;
  readonly bookmark: string;
}

export interface CacheKey {
  readonly account: Account;
  readonly collection: Collection;
  readonly id: string;
}

/** KV's smallest allowed times: the shorter, the sooner an entry of a deleted document is gone. */
const EXPIRATION_TTL_SECONDS = 60;
const CACHE_TTL_SECONDS = 30;
/** D1 answers within a few milliseconds (B7): waiting longer for KV gains nothing. */
const KV_BUDGET_MS = 100;
const IV_BYTES = 12;

const Metadata = z.object({ version: z.int().positive(), bookmark: z.string() });
type Metadata = z.infer<typeof Metadata>;

/** @returns the entry, `miss`, or `failed` when KV did not give a usable answer */
export async function readCache(
  kv: KVNamespace,
  secret: string,
  key: CacheKey,
): Promise<CachedDocument | 'miss' | 'failed'> {
  try {
    const found = await Promise.race([
      kv.getWithMetadata(kvKey(key), { type: 'arrayBuffer', cacheTtl: CACHE_TTL_SECONDS }),
      new Promise<undefined>((resolve) => setTimeout(resolve, KV_BUDGET_MS)),
    ]);
    if (!found) throw new Error(`no answer from KV within ${KV_BUDGET_MS} ms`);
    if (!found.value) return 'miss';
    const metadata = Metadata.parse(found.metadata);
    const bodyJson = await open(found.value, secret, key, metadata);
    return { document: { id: key.id, version: metadata.version, bodyJson }, bookmark: metadata.bookmark };
  } catch (error) {
    report('cache_read_failed', key, error);
    return 'failed';
  }
}

/** Fills the cache with a document as it was at a bookmark. */
export async function fillCache(
  kv: KVNamespace,
  secret: string,
  key: CacheKey,
  entry: CachedDocument,
): Promise<void> {
  try {
    const metadata: Metadata = { version: entry.document.version, bookmark: entry.bookmark };
    const sealed = await seal(entry.document.bodyJson, secret, key, metadata);
    await kv.put(kvKey(key), sealed, { metadata, expirationTtl: EXPIRATION_TTL_SECONDS });
  } catch (error) {
    report('cache_fill_failed', key, error);
  }
}

/** Drops the entry after a write; correctness does not depend on it, only the share of useful entries. */
export async function dropFromCache(kv: KVNamespace, key: CacheKey): Promise<void> {
  try {
    await kv.delete(kvKey(key));
  } catch (error) {
    report('cache_drop_failed', key, error);
  }
}

/** Neither account ids nor document ids can hold a colon, so two documents never share a key. */
const kvKey = ({ account, collection, id }: CacheKey): string => `v1:${account.id}:${collection}:${id}`;

async function seal(
  bodyJson: string,
  secret: string,
  key: CacheKey,
  metadata: Metadata,
): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const cryptoKey = await keyFor(secret, 'cache', key.account.id);
  const plain = new TextEncoder().encode(bodyJson);
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm(iv, key, metadata), cryptoKey, plain));
  const value = new Uint8Array(IV_BYTES + sealed.byteLength);
  value.set(iv);
  value.set(sealed, IV_BYTES);
  return value;
}

async function open(value: ArrayBuffer, secret: string, key: CacheKey, metadata: Metadata): Promise<string> {
  const iv = new Uint8Array(value, 0, IV_BYTES);
  const cryptoKey = await keyFor(secret, 'cache', key.account.id);
  const sealed = new Uint8Array(value, IV_BYTES);
  return new TextDecoder().decode(
    await crypto.subtle.decrypt(algorithm(iv, key, metadata), cryptoKey, sealed),
  );
}

const algorithm = (iv: Uint8Array<ArrayBuffer>, key: CacheKey, { version, bookmark }: Metadata) => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(
    JSON.stringify([key.account.id, key.account.shardId, key.collection, key.id, version, bookmark]),
  ),
});

/** Ids only: the log must not hold what the body holds. */
function report(event: string, { account, collection, id }: CacheKey, error: unknown): void {
  console.warn(JSON.stringify({ event, account: account.id, collection, id, error: String(error) }));
}
