/**
 * The smallest text that sorts after every text with this prefix, under SQLite's NOCASE collation: a prefix
 * search is then the range [prefix, prefixEnd), which an index answers and LIKE with a bound pattern may not.
 * NOCASE folds A-Z to a-z and compares bytes; UTF-8 keeps the order of code points.
 *
 * @param prefix a non-empty text
 * @returns the end of the range, or undefined when there is none (every code point is the last one)
 */
export function prefixEnd(prefix: string): string | undefined {
  const points = Array.from(prefix, (char) => char.codePointAt(0) ?? 0);
  for (let last = points.length - 1; last >= 0; last--) {
    const next = successor(foldCase(points[last] ?? 0));
    if (next !== undefined) return String.fromCodePoint(...points.slice(0, last), next);
  }
  return undefined;
}

const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const LAST_BEFORE_SURROGATES = 0xd7ff;
const FIRST_AFTER_SURROGATES = 0xe000;
const LAST_CODE_POINT = 0x10ffff;

const foldCase = (point: number): number => (point >= UPPER_A && point <= UPPER_Z ? point + 0x20 : point);

function successor(folded: number): number | undefined {
  if (folded === LAST_CODE_POINT) return undefined;
  // Folded text has no capitals, so the next one after @ is [.
  if (folded === UPPER_A - 1) return UPPER_Z + 1;
  if (folded === LAST_BEFORE_SURROGATES) return FIRST_AFTER_SURROGATES;
  return folded + 1;
}
