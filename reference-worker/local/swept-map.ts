const SMALLEST_SWEEP = 1_024;

/**
 * A map that drops what is over whenever it has doubled, so that it holds at most twice what is not. Without a
 * timer: it would have to be stopped, and would fire for nothing in every step of a virtual clock.
 */
export class SweptMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #isOver: (value: Value) => boolean;
  #sweepAtSize = SMALLEST_SWEEP;

  constructor(isOver: (value: Value) => boolean) {
    this.#isOver = isOver;
  }

  get size(): number {
    return this.#values.size;
  }

  /** May still return what is over. */
  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Value): void {
    this.#values.set(key, value);
    if (this.#values.size >= this.#sweepAtSize) this.#sweep();
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  [Symbol.iterator](): IterableIterator<[string, Value]> {
    return this.#values[Symbol.iterator]();
  }

  #sweep(): void {
    for (const [key, value] of this.#values) if (this.#isOver(value)) this.#values.delete(key);
    this.#sweepAtSize = Math.max(SMALLEST_SWEEP, this.#values.size * 2);
  }
}
