import { ANY_VERSION, byte, type Columns, DELETE, FAILED, int, NONE, real } from '../columns/index.ts';

interface Deletion {
  readonly version: number;
  readonly invoked: number;
}

/** What may explain that a key was not there, besides that it never was. */
interface OfKey {
  /** The acknowledged ones, by version. */
  readonly known: Deletion[];
  /** Of each of `known`: the earliest start from it on. */
  readonly earliest: number[];
  /** When the first one with an unknown version was invoked: it may have any. */
  anyFrom: number;
}

/**
 * Which versions an observation of nothing may stand for: 0, the version of an acknowledged delete that was invoked before
 * the read was complete, or any at all if a delete whose version is unknown was invoked by then.
 */
export class Deletions {
  readonly #ofKey = new Map<number, OfKey>();

  constructor(columns: Columns) {
    const { operationCount, operationKind, firstItem, itemKind, key, version, invoked } = columns;
    for (let operation = 0; operation < operationCount; operation += 1) {
      if (byte(operationKind, operation) === FAILED) continue;
      const end = int(firstItem, operation + 1);
      for (let item = int(firstItem, operation); item < end; item += 1) {
        if (byte(itemKind, item) === DELETE)
          this.#add(int(key, item), int(version, item), real(invoked, operation));
      }
    }
    for (const { known, earliest } of this.#ofKey.values()) {
      known.sort((a, b) => a.version - b.version);
      let minimum = Number.POSITIVE_INFINITY;
      for (let nth = known.length - 1; nth >= 0; nth -= 1) {
        minimum = Math.min(minimum, known[nth]?.invoked ?? minimum);
        earliest[nth] = minimum;
      }
    }
  }

  /**
   * The newest version that nothing may stand for.
   *
   * @param completed when the read was complete
   * @returns ANY_VERSION when it may be any
   */
  newest(key: number, completed: number): number {
    const ofKey = this.#ofKey.get(key);
    if (!ofKey) return 0;
    if (ofKey.anyFrom <= completed) return ANY_VERSION;
    // The last one whose start, or that of a later one, is early enough, is itself early enough.
    const count = firstWhere(ofKey.earliest.length, (nth) => (ofKey.earliest[nth] ?? 0) > completed);
    return ofKey.known[count - 1]?.version ?? 0;
  }

  /** The oldest version from `least` on that nothing may stand for; undefined when there is none. */
  oldestFrom(least: number, key: number, completed: number): number | undefined {
    if (least === 0) return 0;
    const ofKey = this.#ofKey.get(key);
    if (!ofKey) return undefined;
    if (ofKey.anyFrom <= completed) return least;
    const from = firstWhere(ofKey.known.length, (nth) => (ofKey.known[nth]?.version ?? 0) >= least);
    for (let nth = from; nth < ofKey.known.length && (ofKey.earliest[nth] ?? 0) <= completed; nth += 1) {
      const deletion = ofKey.known[nth];
      if (deletion && deletion.invoked <= completed) return deletion.version;
    }
    return undefined;
  }

  /** The versions that nothing may stand for, 0 among them; undefined when it may be any. */
  candidates(key: number, completed: number): number[] | undefined {
    const ofKey = this.#ofKey.get(key);
    if (!ofKey) return [0];
    if (ofKey.anyFrom <= completed) return undefined;
    return [0, ...ofKey.known.filter(({ invoked }) => invoked <= completed).map(({ version }) => version)];
  }

  #add(key: number, version: number, invoked: number): void {
    const ofKey = this.#ofKey.get(key) ?? { known: [], earliest: [], anyFrom: Number.POSITIVE_INFINITY };
    this.#ofKey.set(key, ofKey);
    if (version === NONE) ofKey.anyFrom = Math.min(ofKey.anyFrom, invoked);
    else ofKey.known.push({ version, invoked });
  }
}

/** The first of `count` numbers from 0 on for which `holds`, which holds for all that follow; `count` if there is none. */
export function firstWhere(count: number, holds: (nth: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
