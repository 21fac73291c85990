import type { Clock } from '../clock/index.ts';
import { type CacheHeaders, lifetimeOf } from './freshness.ts';
import { selected } from './selection.ts';
import { joined, type Stored, type StoredResponse, StoredResponses, without } from './stored-responses.ts';

/** A request that reaches the cache before the Worker. */
export interface FrontRequest {
  /** The Worker script whose cache it is. */
  readonly worker: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: CacheHeaders;
}

export interface Purge {
  readonly tags?: readonly string[];
  readonly pathPrefixes?: readonly string[];
  readonly purgeEverything?: boolean;
}

interface Tagged extends Stored {
  readonly worker: string;
  readonly path: string;
}

/** They can make a Worker answer as for another URL or method, and so are part of the key. */
const KEY_HEADERS = [
  ...['x-http-method-override', 'x-http-method', 'x-method-override', 'x-forwarded-host', 'x-host'],
  ...['x-forwarded-scheme', 'x-original-url', 'x-rewrite-url', 'forwarded', 'cloudflare-workers-version-key'],
];

/**
 * Workers Cache (developers.cloudflare.com/workers/cache): what stands in front of a Worker that has it switched on. A key
 * is the path and the query, **not the host**, and neither Authorization nor a cookie; Vary is obeyed. It is tiered, so
 * that a response from one PoP is found in all of them, and a purge reaches all. What says nothing about caching is kept
 * all the same, a 200 for two hours.
 */
export class WorkersCache {
  readonly #wallMs: () => number;
  readonly #responses: StoredResponses<Tagged>;
  /** Which request headers the last response under a key varied by. */
  readonly #varies = new Map<string, readonly string[]>();

  /** @param wallMs the time on the clock by which Workers write dates; milliseconds since the epoch */
  constructor(clock: Clock, wallMs: () => number) {
    this.#wallMs = wallMs;
    this.#responses = new StoredResponses(clock);
  }

  /**
   * @param isFailing whether the Worker has just failed, so that a stale answer may stand in
   * @returns the answer, and what Cf-Cache-Status says of it
   */
  match(
    request: FrontRequest,
    isFailing: boolean,
  ): { readonly response: StoredResponse; readonly status: 'HIT' | 'UPDATING' | 'STALE' } | undefined {
    const stored = this.#responses.get(this.#keyOf(request));
    if (!stored) return undefined;
    const { freshMs, staleWhileRevalidateMs, staleIfErrorMs } = stored.lifetime;
    const ageMs = this.#responses.ageMs(stored);
    const isFresh = ageMs < freshMs;
    if (!isFresh && ageMs >= freshMs + (isFailing ? staleIfErrorMs : staleWhileRevalidateMs))
      return undefined;
    const response = selected(stored.response, request.headers);
    const headers = [...without(response.headers, 'age'), ['age', `${Math.floor(ageMs / 1_000)}`] as const];
    return { response: { ...response, headers }, status: isFresh ? 'HIT' : isFailing ? 'STALE' : 'UPDATING' };
  }

  /** @returns why it was not stored, as a clause, or undefined when it was */
  put(request: FrontRequest, response: StoredResponse): string | undefined {
    const headers = joined(response.headers);
    const isAuthorized = request.headers.authorization !== undefined;
    const lifetime = lifetimeOf({ status: response.status, headers, isAuthorized }, this.#wallMs());
    if (typeof lifetime === 'string') return lifetime;
    const { worker, path } = request;
    const vary = listOf(headers.vary);
    this.#varies.set(pathKeyOf(request), vary);
    const kept = lifetime.isWithoutCookies ? without(response.headers, 'set-cookie') : response.headers;
    const isStored = this.#responses.set(this.#keyOf(request), { ...response, headers: kept }, lifetime, {
      worker,
      path,
    });
    return isStored ? undefined : `its ${response.body.length} bytes are more than is kept here`;
  }

  /** Of one Worker, all that one of the fields names. */
  purge(worker: string, { tags = [], pathPrefixes = [], purgeEverything = false }: Purge): void {
    const wanted = tags.map((tag) => tag.toLowerCase());
    for (const [key, stored] of this.#responses)
      if (
        stored.worker === worker &&
        (purgeEverything ||
          pathPrefixes.some((prefix) => stored.path.startsWith(prefix)) ||
          listOf(joined(stored.response.headers)['cache-tag']).some((tag) => wanted.includes(tag)))
      )
        this.#responses.delete(key);
  }

  #keyOf(request: FrontRequest): string {
    const key = pathKeyOf(request);
    const names = this.#varies.get(key) ?? [];
    return JSON.stringify([key, names.map((name) => [name, request.headers[name] ?? null])]);
  }
}

const pathKeyOf = ({ worker, path, headers }: FrontRequest): string =>
  JSON.stringify([worker, path, KEY_HEADERS.map((name) => headers[name] ?? null)]);

const listOf = (header = ''): readonly string[] =>
  header
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '')
    .sort();
