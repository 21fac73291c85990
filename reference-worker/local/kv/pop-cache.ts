import type { Clock } from '../clock/index.ts';
import { SweptMap } from '../swept-map.ts';

interface Cached<Value> {
  readonly value: Value;
  readonly storedAtMs: number;
  untilMs: number;
}

/** What one PoP has read and answers again without asking the central store; also that there was nothing. */
export class PopCache<Value> {
  readonly #clock: Clock;
  readonly #cached: SweptMap<Cached<Value>>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#cached = new SweptMap(({ untilMs }) => untilMs <= clock.now());
  }

  /** With what is over but not yet dropped. */
  get size(): number {
    return this.#cached.size;
  }

  /** @param ttlMs how old it may be; what is older, or gets older than that, is of no use to later readers either */
  get(key: string, ttlMs: number): { readonly value: Value } | undefined {
    const cached = this.#cached.get(key);
    if (!cached) return undefined;
    cached.untilMs = Math.min(cached.untilMs, cached.storedAtMs + ttlMs);
    return this.#clock.now() < cached.untilMs ? cached : undefined;
  }

  /**
   * @param ttlMs for how long it may be used
   * @param lastsUntilMs when it ends however long it may be used; milliseconds since the epoch
   */
  set(key: string, value: Value, ttlMs: number, lastsUntilMs = Number.POSITIVE_INFINITY): void {
    const storedAtMs = this.#clock.now();
    this.#cached.set(key, { value, storedAtMs, untilMs: Math.min(storedAtMs + ttlMs, lastsUntilMs) });
  }

  delete(key: string): void {
    this.#cached.delete(key);
  }
}
