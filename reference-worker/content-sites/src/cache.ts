import { warn } from './refusal.ts';
import { type Entry, entries, type Kind, NEWEST_POSTS, SETTINGS } from './statements.ts';

export interface Stores {
  readonly DB: D1Database;
  readonly CACHE: KVNamespace;
}

/** What is kept in KV, with what a fill of it reads. A tenant's id has no colon. */
export type Cached =
  | { readonly of: Kind; readonly id: string }
  | { readonly of: 'list' }
  | { readonly of: 'settings' };

export interface CachedValues {
  post: Entry | null;
  page: Entry | null;
  list: readonly Pick<Entry, 'id' | 'title'>[];
  settings: Readonly<Record<string, string>>;
}

/** For how long each may be shown, from the moment at which D1 was asked for it (D3). */
export const TTL_MS = {
  post: 300_000,
  page: 300_000,
  list: 60_000,
  settings: 300_000,
  host: 300_000,
} as const;

export const keyOf = (tenant: string, cached: Cached): string =>
  `v1:${tenant}:${cached.of}${'id' in cached ? `:${cached.id}` : ''}`;

/** A value with the time before D1 was asked for it: what it says was true then or later. */
export interface Stamped<Value> {
  readonly atMs: number;
  readonly value: Value;
}

/**
 * Looks into KV. Its own time to live ends an entry where it is stored, and a copy in a PoP may be read for longer: how old the
 * value is counts here, so that the bound holds however long KV takes (D11).
 */
export async function lookUp<Value>(
  { CACHE }: Stores,
  key: string,
  ttlMs: number,
): Promise<Value | undefined> {
  const entry = await CACHE.get<Stamped<Value>>(key, 'json').catch(() => null);
  const ageMs = entry ? Date.now() - entry.atMs : Number.POSITIVE_INFINITY;
  return entry && ageMs < ttlMs ? entry.value : undefined;
}

/** A cache that cannot be written to is no reason to fail: D1 is asked again. */
export async function keep(env: Stores, key: string, entry: Stamped<unknown>, ttlMs: number) {
  const put = env.CACHE.put(key, JSON.stringify(entry), { expirationTtl: ttlMs / 1_000 });
  await put.catch((cause: unknown) => warn('cache_not_written', key, cause));
}

/** Asks D1 for what visitors may see: drafts are nothing to them (D5). */
export async function readPublished({ DB }: Stores, tenant: string, cached: Cached) {
  switch (cached.of) {
    case 'list':
      return (await DB.prepare(NEWEST_POSTS).bind(tenant).all<CachedValues['list'][number]>()).results;
    case 'settings':
      return Object.fromEntries(await DB.prepare(SETTINGS).bind(tenant).raw<[string, string]>());
    default:
      return DB.prepare(entries(cached.of).published).bind(tenant, cached.id).first<Entry>();
  }
}
