import { byte, FAILED, int, NONE, OK, UNKNOWN } from '../columns/index.ts';
import type { Trace } from './trace.ts';
import type { Versions } from './versions.ts';
import { writersOf } from './writers.ts';

/** Who made each version. */
export class Makers {
  readonly #maker: Int32Array;
  /** All makers of a slot that has several. */
  readonly #several = new Map<number, number[]>();

  constructor({ columns, versions, slot }: Trace) {
    const { operationCount, operationKind, firstItem, version, key, value } = columns;
    const writers = writersOf(columns);
    this.#maker = new Int32Array(versions.count).fill(NONE);
    for (let operation = 0; operation < operationCount; operation += 1) {
      const kind = byte(operationKind, operation);
      if (kind === FAILED) continue;
      const end = int(firstItem, operation + 1);
      for (let item = int(firstItem, operation); item < end; item += 1) {
        if (int(version, item) <= 0) continue;
        if (kind === OK || kind === UNKNOWN)
          this.#add(versions.slotUpTo(int(key, item), int(version, item)), operation);
        else {
          const writer = writers.undecided(int(value, item), int(key, item));
          if (writer !== NONE) this.#add(int(slot, item), writer);
        }
      }
    }
  }

  of(slot: number): readonly number[] {
    const maker = int(this.#maker, slot);
    return maker === NONE ? [] : (this.#several.get(slot) ?? [maker]);
  }

  /** Fills in the reach of every slot. */
  reach(into: Float64Array, versions: Versions, reachOf: (write: number) => number): void {
    for (let key = 0; key + 1 < versions.first.length; key += 1) {
      let latest = Number.NEGATIVE_INFINITY;
      for (let slot = int(versions.first, key); slot < int(versions.first, key + 1); slot += 1) {
        const maker = int(this.#maker, slot);
        if (maker !== NONE) latest = Math.max(latest, reachOf(maker));
        for (const each of this.#several.get(slot) ?? []) latest = Math.max(latest, reachOf(each));
        into[slot] = latest;
      }
    }
  }

  #add(slot: number, operation: number): void {
    const maker = int(this.#maker, slot);
    if (maker === NONE) this.#maker[slot] = operation;
    else if (maker !== operation) {
      const several = this.#several.get(slot) ?? [maker];
      if (!several.includes(operation)) several.push(operation);
      this.#several.set(slot, several);
    }
  }
}
