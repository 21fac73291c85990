import { DurableObject } from 'cloudflare:workers';
import {
  type Cached,
  type CachedValues,
  keep,
  keyOf,
  readPublished,
  type Stamped,
  type Stores,
  TTL_MS,
} from './cache.ts';

type Filled = Stamped<CachedValues[Cached['of']]>;

/**
 * Coordinates the fills of one tenant's cache (D8): whoever asks while D1 is being asked waits for that answer, so that a cold post
 * is read once, and what a write overtakes is not kept.
 */
export class Fills extends DurableObject<Stores> {
  readonly #underWay = new Map<string, Promise<Filled>>();

  /**
   * @param tenant whose name this object has
   * @param atMs the asker's time: entries are looked at, and stamped, by the clock of Workers
   */
  async fill(tenant: string, cached: Cached, atMs: number): Promise<Filled> {
    const key = keyOf(tenant, cached);
    const before = this.#underWay.get(key);
    if (before) return before;
    const reading = readPublished(this.env, tenant, cached).then((value) => ({ atMs, value }));
    this.#underWay.set(key, reading);
    try {
      const stamped = await reading;
      // A write that came meanwhile has taken it away; and what is not there is not kept, since anybody can ask for that.
      if (this.#underWay.get(key) === reading && stamped.value !== null)
        this.ctx.waitUntil(keep(this.env, key, stamped, TTL_MS[cached.of]));
      return stamped;
    } finally {
      if (this.#underWay.get(key) === reading) this.#underWay.delete(key);
    }
  }

  /** After a write: what was read before it is not kept, nor handed to whoever asks from now on. */
  async invalidate(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#underWay.delete(key);
    await Promise.all(keys.map((key) => this.env.CACHE.delete(key)));
  }
}
