import { STATUS_CODES } from 'node:http';
import type { NamespaceUsage, WaitingRequests } from '../backend/index.ts';
import { type Clock, delay } from '../clock/index.ts';
import type { FaultInjector, Occasion } from '../faults/index.ts';
import type { KvProfile } from '../latency/index.ts';
import { chanceOf, type Distribution, draw } from '../latency/index.ts';
import type { Pop } from '../pops.ts';
import {
  cacheTtlMsOf,
  checkBulk,
  checkKey,
  checkPageLimit,
  checkPrefix,
  type KvPut,
  KvRefusal,
  kvEntryOf,
  type StoredKvEntry,
} from './limits.ts';
import { type KvPage, pageOf } from './list.ts';
import { cachesOf, type PopCaches } from './pop-caches.ts';
import { Propagation } from './propagation.ts';
import { KvStore } from './store.ts';
import { WriteLimit } from './write-limit.ts';

export interface KvNamespaceOptions {
  readonly id: string;
  readonly profile: KvProfile;
  readonly clock: Clock;
  readonly seed: number;
  readonly faults: FaultInjector;
  readonly waiting: WaitingRequests;
}

export interface KvRead {
  readonly entry: StoredKvEntry | undefined;
  /** null: no PoP caches anything. */
  readonly cacheStatus: 'HIT' | 'MISS' | null;
}

type KvOccasion = Occasion & { readonly pop: Pop };

/**
 * A KV namespace with a central store and caches in every PoP (developers.cloudflare.com/kv/concepts/how-kv-works).
 * A write is made, and the central store is read, at the end of the time that this is modelled to take; what a
 * cache answers is what it held at the beginning. Writes are ordered by when they are made; the last one wins.
 */
export class KvNamespace {
  readonly #options: KvNamespaceOptions;
  readonly #store: KvStore;
  readonly #writeLimit: WriteLimit;
  readonly #propagation: Propagation;
  readonly #caches: ReadonlyMap<Pop, PopCaches>;
  readonly #done = { reads: 0, cachedReads: 0, writes: 0, deletes: 0, lists: 0 };
  readonly #drawMs: Readonly<Record<'cachedReadMs' | 'centralReadMs' | 'writeMs', () => number>>;

  constructor(options: KvNamespaceOptions) {
    const { id, profile, clock, seed } = options;
    this.#options = options;
    this.#store = new KvStore(clock, profile.tombstoneMs);
    this.#writeLimit = new WriteLimit(clock, profile.writesPerSecondPerKey);
    this.#propagation = new Propagation(profile, seed, id);
    this.#caches = cachesOf(profile, clock, seed, id);
    const timeOf = (purpose: string, distribution: Distribution): (() => number) => {
      const chance = chanceOf(seed, 'kv', id, purpose);
      return () => draw(distribution, chance);
    };
    this.#drawMs = {
      cachedReadMs: timeOf('cached-read', profile.cachedReadMs),
      centralReadMs: timeOf('central-read', profile.centralReadMs),
      writeMs: timeOf('write', profile.writeMs),
    };
  }

  /**
   * @param cacheTtl seconds, as in the request
   * @throws KvRefusal 400 for a cache TTL under 30 seconds or a key that may not be, 414 for one over 512 bytes, 5xx
   *   for a planned error
   */
  async get(pop: Pop, key: string, cacheTtl: string | null): Promise<KvRead> {
    checkKey(key);
    const askedTtlMs = cacheTtlMsOf(cacheTtl);
    const occasion = this.#occasion(pop, 'get', key);
    const caches = this.#caches.get(pop)?.next(key);
    const ttlMs = askedTtlMs ?? caches?.ttlMs ?? 0;
    const cached = caches?.entries.get(key, ttlMs);
    this.#done.reads += 1;
    if (cached) this.#done.cachedReads += 1;
    const waiting = this.#spend(occasion, cached ? 'cachedReadMs' : 'centralReadMs');
    if (waiting) await waiting;
    this.#failIfPlanned(occasion);
    if (cached) return { entry: this.#orStale(occasion, key, cached.value), cacheStatus: 'HIT' };
    const entry = this.#store.read(key, pop);
    // Its expiry ends it sooner; that it is not there has no end but the TTL.
    caches?.entries.set(key, entry, ttlMs, entry?.expiration && entry.expiration * 1_000);
    return { entry: this.#orStale(occasion, key, entry), cacheStatus: caches ? 'MISS' : null };
  }

  /**
   * Reads several keys side by side: as slow as the slowest of them, and failed when one of them is.
   *
   * @throws KvRefusal as for one key; 413 for more than 25 MB in all
   */
  async getMany(
    pop: Pop,
    keys: readonly string[],
    cacheTtl: string | null,
  ): Promise<readonly (StoredKvEntry | undefined)[]> {
    keys.forEach(checkKey);
    // A key that is asked for twice is read, and sent, once.
    const reads = await Promise.all(
      [...new Set(keys)].map(async (key) => [key, (await this.get(pop, key, cacheTtl)).entry] as const),
    );
    checkBulk(reads.map(([, entry]) => entry));
    const entries = new Map(reads);
    return keys.map((key) => entries.get(key));
  }

  /**
   * @throws KvRefusal 400 for an expiry under 60 seconds away, 413 for a value or metadata over its limit, 414 for a
   *   key over 512 bytes, 429 when the key is written too often, 5xx for a planned error
   */
  async put(pop: Pop, key: string, put: KvPut): Promise<void> {
    checkKey(key);
    const entry = kvEntryOf(put, this.#options.clock.now());
    this.#done.writes += 1;
    await this.#write(this.#occasion(pop, 'put', key), key, entry);
  }

  /**
   * Deletes a key, which need not be there.
   *
   * @throws KvRefusal 414 for a key over 512 bytes, 429 when the key is written too often, 5xx for a planned error
   */
  async delete(pop: Pop, key: string): Promise<void> {
    checkKey(key);
    this.#done.deletes += 1;
    await this.#write(this.#occasion(pop, 'delete', key), key, undefined);
  }

  /**
   * A page of the keys with a prefix, as stale as a read can be.
   *
   * @throws KvRefusal 400 for a limit outside 1 to 1,000, 414 for a prefix over 512 bytes, 5xx for a planned error
   */
  async list(pop: Pop, prefix: string, limit: number, cursor: string | null): Promise<KvPage> {
    checkPageLimit(limit);
    checkPrefix(prefix);
    this.#done.lists += 1;
    const occasion = this.#occasion(pop, 'list');
    const name = JSON.stringify([prefix, limit, cursor]);
    const caches = this.#caches.get(pop)?.next(name);
    const cached = caches?.pages.get(name, caches.ttlMs);
    const waiting = this.#spend(occasion, cached ? 'cachedReadMs' : 'centralReadMs');
    if (waiting) await waiting;
    this.#failIfPlanned(occasion);
    if (cached) return cached.value;
    const page = pageOf(this.#store.places(prefix, pop), limit, cursor);
    caches?.pages.set(name, page, caches.ttlMs);
    return page;
  }

  usage(): NamespaceUsage {
    return { namespace: this.#options.id, ...this.#done };
  }

  async #write(occasion: KvOccasion, key: string, entry: StoredKvEntry | undefined): Promise<void> {
    const { clock, faults } = this.#options;
    const waiting = this.#spend(occasion, 'writeMs');
    if (waiting) await waiting;
    this.#failIfPlanned(occasion);
    if (!this.#writeLimit.allows(key) || faults.fires('kv-write-limit', occasion))
      throw new KvRefusal(429, 'Too Many Requests');
    this.#writeLimit.count(key);
    const visibleAtMs = this.#propagation.of(occasion.pop, clock.now());
    this.#store.write(key, entry, visibleAtMs);
    // Caches fill on reads, so a write that its own PoP sees at once can only empty the cache of the machine that made it.
    if (visibleAtMs[occasion.pop] <= clock.now())
      this.#caches.get(occasion.pop)?.next(key)?.entries.delete(key);
  }

  #occasion(pop: Pop, operation: 'get' | 'put' | 'delete' | 'list', key?: string): KvOccasion {
    return { namespace: this.#options.id, pop, operation, ...(key !== undefined && { key }) };
  }

  /** Lets the modelled time pass; nothing to wait for when there is none. */
  #spend(
    occasion: KvOccasion,
    time: 'cachedReadMs' | 'centralReadMs' | 'writeMs',
  ): Promise<void> | undefined {
    const { id, clock, faults, waiting } = this.#options;
    const ms = this.#drawMs[time]() + (faults.fires('kv-slow', occasion)?.addMs ?? 0);
    if (ms === 0) return undefined;
    return waiting.during({ reason: 'store', namespace: id, pop: occasion.pop }, delay(clock, ms));
  }

  #failIfPlanned(occasion: KvOccasion): void {
    const fault = this.#options.faults.fires('kv-error', occasion);
    if (fault) throw new KvRefusal(fault.status, STATUS_CODES[fault.status] ?? 'Unknown Error');
  }

  /** What a read answers when a fault makes it staler than it is. A fault that would change nothing does not fire. */
  #orStale(occasion: KvOccasion, key: string, entry: StoredKvEntry | undefined): StoredKvEntry | undefined {
    const before = this.#store.valueBefore(key, entry);
    if (before && this.#options.faults.fires('kv-stale-value', occasion)) return before;
    return entry && !this.#options.faults.fires('kv-stale-absence', occasion) ? entry : undefined;
  }
}
