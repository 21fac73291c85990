import type { Clock } from '../clock/index.ts';
import type { KvProfile } from '../latency/index.ts';
import { chanceOf } from '../latency/index.ts';
import { POPS, type Pop } from '../pops.ts';
import type { StoredKvEntry } from './limits.ts';
import type { KvPage } from './list.ts';
import { PopCache } from './pop-cache.ts';

/** What one machine of a PoP keeps of a namespace, and for how long unless a read asks for less. */
export interface MachineCaches {
  readonly ttlMs: number;
  readonly entries: PopCache<StoredKvEntry | undefined>;
  readonly pages: PopCache<KvPage>;
}

/** So many calls of a key are told apart before their machines come round again. */
const ROUND = 64;
/** Beyond so many keys the counts begin anew: they only spread the calls. */
const COUNTED_KEYS = 10_000;

/**
 * The caches of one PoP, on each of its machines one. Which machine a call reaches is drawn by the seed for the first,
 * second, ... call of a key, so that what becomes of one key does not depend on what was asked of another.
 */
export class PopCaches {
  readonly #machines: readonly MachineCaches[];
  readonly #round: readonly number[];
  readonly #calls = new Map<string, number>();

  constructor(machines: readonly MachineCaches[], round: readonly number[]) {
    this.#machines = machines;
    this.#round = round;
  }

  /** The machine that the next call of this key reaches. */
  next(key: string): MachineCaches | undefined {
    if (this.#machines.length === 1) return this.#machines[0];
    const calls = this.#calls.get(key) ?? 0;
    if (calls === 0 && this.#calls.size >= COUNTED_KEYS) this.#calls.clear();
    this.#calls.set(key, calls + 1);
    return this.#machines[this.#round[calls % ROUND] ?? 0];
  }
}

/** @param id the namespace's */
export const cachesOf = (
  { cache }: KvProfile,
  clock: Clock,
  seed: number,
  id: string,
): ReadonlyMap<Pop, PopCaches> =>
  new Map(
    (cache ? POPS : []).map((pop) => {
      const { defaultTtlMs = 0, machinesPerPop = 1 } = cache ?? {};
      const chance = chanceOf(seed, 'kv', id, 'machine', pop);
      const machines = Array.from({ length: machinesPerPop }, () => ({
        ttlMs: defaultTtlMs,
        entries: new PopCache<StoredKvEntry | undefined>(clock),
        pages: new PopCache<KvPage>(clock),
      }));
      return [
        pop,
        new PopCaches(
          machines,
          Array.from({ length: ROUND }, () => Math.floor(chance() * machinesPerPop)),
        ),
      ];
    }),
  );
