import { int, resized } from './typed-arrays.ts';

const FIRST_CAPACITY = 16;
const FREE = -1;

/**
 * Gives every distinct string a number: 0, 1, 2... in the order of first use. All in typed arrays: ten million strings in a
 * Map take gigabytes, and V8 allows it no more than 2^24.
 */
export class Strings {
  #count = 0;
  /** The code units of all strings, one after the other. */
  #units = new Uint16Array(FIRST_CAPACITY);
  /** Where each string begins; one more at the end. */
  #starts = new Int32Array(FIRST_CAPACITY + 1);
  #hashes = new Int32Array(FIRST_CAPACITY);
  /** The numbers of the strings, each at a place that follows from its hash. */
  #table = new Int32Array(2 * FIRST_CAPACITY).fill(FREE);

  get count(): number {
    return this.#count;
  }

  /** @throws RangeError when all strings together have more than 2^31 code units */
  numberOf(string: string): number {
    const hash = hashOf(string);
    const place = this.#placeOf(string, hash);
    const known = int(this.#table, place);
    if (known !== FREE) return known;
    const number = this.#count;
    this.#table[place] = number;
    this.#hashes[number] = hash;
    this.#keep(string);
    if (this.#count === this.#hashes.length) this.#grow();
    return number;
  }

  /** @throws RangeError for a number that was not given */
  stringOf(number: number): string {
    if (!(number >= 0 && number < this.#count)) throw new RangeError(`there is no string ${number}`);
    const units = this.#units.subarray(int(this.#starts, number), int(this.#starts, number + 1));
    let string = '';
    for (const unit of units) string += String.fromCharCode(unit);
    return string;
  }

  #keep(string: string): void {
    const start = int(this.#starts, this.#count);
    const end = start + string.length;
    if (end > this.#units.length) this.#units = resized(this.#units, Uint16Array, Math.ceil(1.25 * end));
    for (let nth = 0; nth < string.length; nth += 1) this.#units[start + nth] = string.charCodeAt(nth);
    this.#count += 1;
    this.#starts[this.#count] = end;
  }

  /** Where the string is in the table, or where it would go. */
  #placeOf(string: string, hash: number): number {
    const mask = this.#table.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const number = int(this.#table, place);
      if (number === FREE || (int(this.#hashes, number) === hash && this.#is(number, string))) return place;
    }
  }

  #is(number: number, string: string): boolean {
    const start = int(this.#starts, number);
    if (int(this.#starts, number + 1) - start !== string.length) return false;
    for (let nth = 0; nth < string.length; nth += 1)
      if (this.#units[start + nth] !== string.charCodeAt(nth)) return false;
    return true;
  }

  /** Keeps the table at most half full. */
  #grow(): void {
    const capacity = 2 * this.#hashes.length;
    this.#hashes = resized(this.#hashes, Int32Array, capacity);
    this.#starts = resized(this.#starts, Int32Array, capacity + 1);
    this.#table = resized(this.#table, Int32Array, 2 * capacity).fill(FREE);
    const mask = this.#table.length - 1;
    for (let number = 0; number < this.#count; number += 1) {
      let place = int(this.#hashes, number) & mask;
      while (this.#table[place] !== FREE) place = (place + 1) & mask;
      this.#table[place] = number;
    }
  }
}

/** FNV-1a over code units, with the end of MurmurHash3 so that every bit reaches the low ones. */
function hashOf(string: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < string.length; index += 1)
    hash = Math.imul(hash ^ string.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
