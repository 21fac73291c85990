import type { Clock } from '../clock/index.ts';
import type { FaultInjector } from '../faults/index.ts';
import { POPS, type Pop } from '../pops.ts';
import { type CacheHeaders, lifetimeOf } from './freshness.ts';
import { selected } from './selection.ts';
import { joined, type StoredResponse, StoredResponses, without } from './stored-responses.ts';

/** What a call of the Cache API is about. */
export interface CacheCall {
  readonly pop: Pop;
  /** Of `caches.open`; absent for `caches.default`. */
  readonly cache: string | undefined;
  /** The key: a whole URL, its query included. */
  readonly url: string;
  /** Of the request that the Worker gave as the key. */
  readonly headers: CacheHeaders;
}

/**
 * What the Cache API works on: in every PoP one cache for each name, shared by all Workers of the platform as by those
 * of one zone. Nothing is copied between PoPs, and a delete is local (developers.cloudflare.com/workers/runtime-apis/cache).
 * A key is a URL and nothing else: neither Vary nor who is asking is part of it. It takes no modelled time.
 */
export class EdgeCache {
  readonly #faults: FaultInjector;
  readonly #wallMs: () => number;
  readonly #pops: ReadonlyMap<Pop, StoredResponses>;

  /** @param wallMs the time on the clock by which Workers write dates; milliseconds since the epoch */
  constructor(clock: Clock, faults: FaultInjector, wallMs: () => number) {
    this.#faults = faults;
    this.#wallMs = wallMs;
    this.#pops = new Map(POPS.map((pop) => [pop, new StoredResponses(clock)]));
  }

  /** The response that is stored and fresh, or what a condition or range makes of it, with its `Age`. */
  match(call: CacheCall): StoredResponse | undefined {
    const responses = this.#in(call);
    const stored = responses.get(keyOf(call));
    if (!stored) return undefined;
    const ageMs = responses.ageMs(stored);
    // The directives that allow stale answers do not work here, as documented.
    if (ageMs >= stored.lifetime.freshMs) return undefined;
    if (this.#faults.fires('cache-eviction', { pop: call.pop, key: call.url })) {
      responses.delete(keyOf(call));
      return undefined;
    }
    const { headers, ...response } = selected(stored.response, call.headers);
    return { ...response, headers: [...without(headers, 'age'), ['age', `${Math.floor(ageMs / 1_000)}`]] };
  }

  /** @returns why it was not stored, as a clause, or undefined when it was */
  put(call: CacheCall, response: StoredResponse): string | undefined {
    const lifetime = lifetimeOf(
      {
        status: response.status,
        headers: joined(response.headers),
        isAuthorized: call.headers.authorization !== undefined,
      },
      this.#wallMs(),
    );
    if (typeof lifetime === 'string') return lifetime;
    if (lifetime.freshMs <= lifetime.ageMs) return 'it is stale already';
    const headers = lifetime.isWithoutCookies ? without(response.headers, 'set-cookie') : response.headers;
    const isStored = this.#in(call).set(keyOf(call), { ...response, headers }, lifetime, {});
    return isStored ? undefined : `its ${response.body.length} bytes are more than a PoP keeps here`;
  }

  /** @returns whether there was a fresh response to delete, in this PoP */
  delete(call: CacheCall): boolean {
    const responses = this.#in(call);
    const stored = responses.get(keyOf(call));
    responses.delete(keyOf(call));
    return stored !== undefined && responses.ageMs(stored) < stored.lifetime.freshMs;
  }

  #in({ pop }: CacheCall): StoredResponses {
    const responses = this.#pops.get(pop);
    if (!responses) throw new Error(`there is no PoP ${pop}`);
    return responses;
  }
}

const keyOf = ({ cache, url }: CacheCall): string => JSON.stringify([cache ?? null, url]);
