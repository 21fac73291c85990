import type { Clock } from '../clock/index.ts';
import { SweptMap } from '../swept-map.ts';

interface Used {
  /** Which of the windows of its length it is, counted from the beginning of time. */
  readonly window: number;
  readonly endMs: number;
  count: number;
}

/**
 * Counts what each key has used of its limit, in windows that begin with the period, and in each PoP on its own: "the limit that you
 * configure is local to the Cloudflare location" (developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit). The windows
 * are those of the platform's clock; those that have ended are forgotten.
 */
export class RateLimits {
  readonly #clock: Clock;
  readonly #used: SweptMap<Used>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#used = new SweptMap(({ endMs }) => endMs <= clock.now());
  }

  get size(): number {
    return this.#used.size;
  }

  /** @param periodSeconds how long a window is */
  allows(key: string, limit: number, periodSeconds: number): boolean {
    const periodMs = periodSeconds * 1_000;
    const window = Math.floor(this.#clock.now() / periodMs);
    const name = `${periodSeconds} ${key}`;
    const known = this.#used.get(name);
    const current = known?.window === window ? known : { window, endMs: (window + 1) * periodMs, count: 0 };
    if (current !== known) this.#used.set(name, current);
    if (current.count >= limit) return false;
    current.count += 1;
    return true;
  }
}
