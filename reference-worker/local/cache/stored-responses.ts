import type { Clock } from '../clock/index.ts';
import type { CacheHeaders, Lifetime } from './freshness.ts';

export interface StoredResponse {
  readonly status: number;
  readonly statusText: string;
  /** In their order, with the names as they were given. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

export interface Stored {
  readonly response: StoredResponse;
  readonly lifetime: Lifetime;
  /** Milliseconds since the epoch. */
  readonly storedAtMs: number;
}

/** What one PoP keeps of bodies; production has disks, and drops what nobody asks for as well. */
const CAPACITY_BYTES = 128 * 1024 * 1024;

/** The responses that one PoP keeps; when it is full, those that were not used for longest go first. */
export class StoredResponses<Entry extends Stored = Stored> {
  readonly #clock: Clock;
  readonly #capacityBytes: number;
  /** In the order of their last use. */
  readonly #stored = new Map<string, Entry>();
  #bytes = 0;

  constructor(clock: Clock, capacityBytes = CAPACITY_BYTES) {
    this.#clock = clock;
    this.#capacityBytes = capacityBytes;
  }

  /** Also what has gone stale. */
  get(key: string): Entry | undefined {
    const stored = this.#stored.get(key);
    if (!stored) return undefined;
    this.#stored.delete(key);
    this.#stored.set(key, stored);
    return stored;
  }

  /** @returns false for one that is larger than all that is kept */
  set(key: string, response: StoredResponse, lifetime: Lifetime, more: Omit<Entry, keyof Stored>): boolean {
    if (response.body.length > this.#capacityBytes) return false;
    this.delete(key);
    this.#stored.set(key, { response, lifetime, storedAtMs: this.#clock.now(), ...more } as Entry);
    this.#bytes += response.body.length;
    for (const oldest of this.#stored.keys()) {
      if (this.#bytes <= this.#capacityBytes) break;
      this.delete(oldest);
    }
    return true;
  }

  delete(key: string): boolean {
    const stored = this.#stored.get(key);
    if (!stored) return false;
    this.#bytes -= stored.response.body.length;
    return this.#stored.delete(key);
  }

  [Symbol.iterator](): IterableIterator<[string, Entry]> {
    return this.#stored[Symbol.iterator]();
  }

  /** How old a response is by now; milliseconds. */
  ageMs({ lifetime, storedAtMs }: Stored): number {
    return lifetime.ageMs + this.#clock.now() - storedAtMs;
  }
}

export const without = (headers: StoredResponse['headers'], unwanted: string): StoredResponse['headers'] =>
  headers.filter(([name]) => name.toLowerCase() !== unwanted);

export function joined(headers: StoredResponse['headers']): CacheHeaders {
  const values: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    values[key] = values[key] === undefined ? value : `${values[key]}, ${value}`;
  }
  return values;
}
