import type { Clock } from '../clock/index.ts';
import { SweptMap } from '../swept-map.ts';

const WINDOW_MS = 1_000;

/** How often a key may be written: so many times within any second, from all PoPs together. */
export class WriteLimit {
  readonly #clock: Clock;
  readonly #perSecond: number | null;
  readonly #writtenAtMs: SweptMap<readonly number[]>;

  /** @param perSecond null: no limit */
  constructor(clock: Clock, perSecond: number | null) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#writtenAtMs = new SweptMap((times) => times.every((atMs) => this.#isOver(atMs)));
  }

  get size(): number {
    return this.#writtenAtMs.size;
  }

  allows(key: string): boolean {
    return this.#perSecond === null || this.#recent(key).length < this.#perSecond;
  }

  /** A refused write does not count. */
  count(key: string): void {
    if (this.#perSecond !== null) this.#writtenAtMs.set(key, [...this.#recent(key), this.#clock.now()]);
  }

  #recent(key: string): readonly number[] {
    return (this.#writtenAtMs.get(key) ?? []).filter((atMs) => !this.#isOver(atMs));
  }

  #isOver(atMs: number): boolean {
    return this.#clock.now() - atMs >= WINDOW_MS;
  }
}
