import { byte, type Columns, FAILED, int, resized } from '../columns/index.ts';
import { firstWhere } from './deletions.ts';

/**
 * The versions that writes and observations name, each with a number of its own (a slot): those of a key are
 * neighbours, from the oldest to the newest. The first of each key is version 0, which needs no proof.
 */
export class Versions {
  /** Of each key; one more at the end. */
  readonly first: Int32Array;
  /** Of each slot. */
  readonly version: Int32Array;

  constructor(columns: Columns) {
    const counts = countByKey(columns);
    const all = new Int32Array(int(counts, columns.keys.count));
    const last = counts.slice();
    forEachProof(columns, (key, version) => {
      last[key] = int(last, key) + 1;
      all[int(last, key)] = version;
    });
    this.first = new Int32Array(columns.keys.count + 1);
    let slots = 0;
    for (let key = 0; key < columns.keys.count; key += 1) {
      this.first[key] = slots;
      const own = all.subarray(int(counts, key), int(counts, key + 1)).sort();
      for (let nth = 0; nth < own.length; nth += 1) {
        // What is written here has been read: there are no more distinct versions than versions.
        if (nth > 0 && int(all, slots - 1) === int(own, nth)) continue;
        all[slots] = int(own, nth);
        slots += 1;
      }
    }
    this.first[columns.keys.count] = slots;
    this.version = resized(all, Int32Array, slots);
  }

  get count(): number {
    return this.version.length;
  }

  /** The slot of the newest version of a key that is proven and no newer than `version`. */
  slotUpTo(key: number, version: number): number {
    const [first, end] = [int(this.first, key), int(this.first, key + 1)];
    // Right unless versions are missing.
    const guess = first + version;
    if (guess < end && int(this.version, guess) === version) return guess;
    return first + firstWhere(end - first, (nth) => int(this.version, first + nth) > version) - 1;
  }
}

/** Where each key's versions begin: 0, and all proofs, of which there may be several for a version. */
function countByKey(columns: Columns): Int32Array {
  const starts = new Int32Array(columns.keys.count + 1);
  forEachProof(columns, (key) => {
    starts[key + 1] = int(starts, key + 1) + 1;
  });
  for (let key = 0; key < columns.keys.count; key += 1)
    starts[key + 1] = int(starts, key + 1) + int(starts, key) + 1;
  return starts;
}

/** Tells each proof that is not the same as the last one of its key. */
function forEachProof(columns: Columns, tell: (key: number, version: number) => void): void {
  const last = new Int32Array(columns.keys.count);
  for (let operation = 0; operation < columns.operationCount; operation += 1) {
    if (byte(columns.operationKind, operation) === FAILED) continue;
    const end = int(columns.firstItem, operation + 1);
    for (let item = int(columns.firstItem, operation); item < end; item += 1) {
      const [key, version] = [int(columns.key, item), int(columns.version, item)];
      if (version <= 0 || int(last, key) === version) continue;
      last[key] = version;
      tell(key, version);
    }
  }
}
