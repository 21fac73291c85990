import type { KvProfile } from '../latency/index.ts';
import { type Chance, chanceOf, draw } from '../latency/index.ts';
import type { Pop } from '../pops.ts';
import type { VisibleAtMs } from './store.ts';

/** Draws when each PoP gets to see a write. */
export class Propagation {
  readonly #profile: KvProfile;
  readonly #isAtOnce: Chance;
  readonly #delay: Readonly<Record<Pop, Chance>>;

  /** @param id the namespace's: two of them spread their writes independently */
  constructor(profile: KvProfile, seed: number, id: string) {
    const chance = (...purpose: string[]): Chance => chanceOf(seed, 'kv', id, ...purpose);
    this.#profile = profile;
    this.#isAtOnce = chance('visible-at-writer');
    this.#delay = {
      LHR: chance('propagation', 'LHR'),
      MAN: chance('propagation', 'MAN'),
      EDI: chance('propagation', 'EDI'),
    };
  }

  /**
   * A write is usually visible at once where it was made, which is not guaranteed
   * (developers.cloudflare.com/kv/concepts/how-kv-works); elsewhere, and otherwise, it takes its time.
   *
   * @param nowMs milliseconds since the epoch
   */
  of(writer: Pop, nowMs: number): VisibleAtMs {
    const isAtOnce = this.#isAtOnce() < this.#profile.visibleAtWriterShare;
    const at = (pop: Pop): number => {
      // Drawn even where it is not needed, so that the next write's delay does not depend on this one's writer.
      const delayMs = draw(this.#profile.propagationMs, this.#delay[pop]);
      return pop === writer && isAtOnce ? nowMs : nowMs + delayMs;
    };
    return { LHR: at('LHR'), MAN: at('MAN'), EDI: at('EDI') };
  }
}
