import fc from 'fast-check';

/** A value that is sent as it stands, and how to tell that it came back. */
export interface Sent {
  /** As in `1e400`, for an id. */
  readonly name: string;
  /** As in `the number 1e400`. */
  readonly what: string;
  readonly json: string;
  /** A value that everybody keeps: a control. */
  readonly isPlain?: true;
  /** Nothing of it would be lost, so that there is no reason to refuse it. */
  readonly mustBeTaken?: true;
  /** Each character of the JSON is one byte. */
  readonly isBytes?: true;
  readonly contentType?: string;
  /**
   * @param text the value in the JSON of the answer
   * @param value the same, parsed
   * @param answer the whole JSON
   */
  isKept(text: string, value: unknown, answer: string): boolean;
}

/** Numbers that a double cannot hold: infinite, with too many digits, and too small to be other than zero. */
const NUMBERS = {
  huge: '1e400',
  'huge-negative': '-1e400',
  long: '12345678901234567890',
  odd: '9007199254740993',
  precise: '0.12345678901234567890123',
  tiny: '1e-400',
} as const;
const TEXTS = {
  high: '"\\ud800"',
  low: '"x\\udfff"',
  null: '"a\\u0000b"',
  combining: '"e\\u0301"',
  // What looks like a number, a date or another literal is a text all the same.
  'zeros-in-front': '"007"',
  'long-digits': '"12345678901234567890"',
  literal: '"null"',
  date: '"2026-03-29T01:30:00+01:00"',
  day: '"2026-03-29"',
} as const;

/** Texts that forms, sanitizers and normalizers make tidy. */
const TIDIED = {
  blanks: '"  x\\t "',
  lines: '"a\\r\\nb\\u2028c"',
  markup: '"<b>5 &lt; 6 &amp; \\u0022it\'s\\u0022</b>"',
  escapes: '"100%25 \\\\n + 1"',
  invisible: '"a\\u200b\\u202eb\\ufeff"',
  ligature: '"\\ufb01 \\u2460 \\u00a0"',
  capitals: '"ABC@Example.COM"',
  empty: '""',
} as const;

const number = (name: string, json: string): Sent => ({
  name,
  what: `the number ${json}`,
  json,
  isKept: (text) => decimalOf(text) === decimalOf(json),
});

const parsed = (name: string, what: string, json: string): Sent => ({
  name,
  what,
  json,
  isKept: (_, value) => JSON.stringify(value) === JSON.stringify(JSON.parse(json)),
});

const ALL: readonly Sent[] = [
  { ...number('plain', '1.5'), isPlain: true },
  { ...parsed('plain-text', 'a plain text', '"caf\u00e9"'), isPlain: true },
  ...Object.entries(TEXTS).map(([name, json]) => parsed(name, `the text ${json}`, json)),
  parsed('proto', 'the name __proto__', '{"__proto__":{"a":1},"b":2}'),
];

/**
 * Numbers that a double holds, as other programs write them (RFC 8259, section 6: a part and an exponent are free, and
 * zeros at the end mean nothing): with more digits than a double tells, and none of them lost.
 */
function spellingsOf(seed: number, count: number): readonly Sent[] {
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e40, max: 1e40 });
  const spelled = fc.tuple(doubles, fc.constantFrom(...SPELLINGS)).map(([value, spell]) => spell(value));
  return [...DIRECTED_SPELLINGS, ...fc.sample(spelled, { seed, numRuns: count })].map((json, index) => ({
    ...number(`spelled-${index}`, json),
    mustBeTaken: true,
  }));
}
const DIRECTED_SPELLINGS = [
  '1e2',
  '1E+2',
  '-0.00',
  '150e-2',
  `0.${'0'.repeat(20)}25`,
  `7.5${'0'.repeat(20)}`,
  // The longest that a double holds, in full.
  `-1${'0'.repeat(308)}`,
];
const SPELLINGS: readonly ((value: number) => string)[] = [
  (value) => value.toExponential(),
  (value) => value.toExponential().replace(/^(-?\d)\.?(\d*)e/, `$1.$2${'0'.repeat(20)}E`),
  (value) => `${Math.trunc(value % 2 ** 53)}.${'0'.repeat(18)}`,
];

/** UTF-8 by all the names that senders give it; names of charsets have no case (RFC 9110, section 8.3.2). */
const CHARSETS = ['utf-8', 'UTF-8', '"utf-8"'].map(
  (charset, index): Sent => ({
    ...parsed(`utf8-${index}`, `a text in charset=${charset}`, JSON.stringify('plain')),
    contentType: `application/json; charset=${charset}`,
    mustBeTaken: true,
  }),
);

/**
 * What RFC 8259 leaves to a reader: the range and the digits of numbers (section 6), names given twice (section 4), and a charset,
 * which has no effect (section 11); and bytes that are no UTF-8, which decoders of the web replace
 * (encoding.spec.whatwg.org/#utf-8-decode).
 */
const EXACT: readonly Sent[] = [
  ...Object.entries(NUMBERS).map(([name, json]) => number(name, json)),
  {
    name: 'bytes',
    what: 'bytes that are no UTF-8',
    json: '"caf\u00e9"',
    isBytes: true,
    // JSON has no way to give them back (RFC 8259, section 8.1).
    isKept: () => false,
  },
  {
    name: 'twice',
    what: 'a name that an object has twice',
    json: '{"a":1,"a":2}',
    isKept: () => false,
  },
  {
    name: 'twice-later',
    what: 'a name that an object has twice behind another object',
    json: '{"b":{},"a":1,"a":2}',
    isKept: () => false,
  },
  {
    name: 'twice-escaped',
    what: 'a name that an object has twice, once with an escape',
    json: '{"a":1,"\\u0061":2}',
    isKept: () => false,
  },
  {
    name: 'proto-beside',
    what: 'a member __proto__ beside others',
    json: '1,"__proto__":{"a":1}',
    isKept: (_, __, answer) => /"__proto__"\s*:\s*\{\s*"a"\s*:\s*1\s*\}/.test(answer),
  },
  ...Object.entries(TIDIED).map(([name, json]) => parsed(name, `the text ${json}`, json)),
  {
    name: 'charset',
    what: 'a text in ISO 8859-1',
    // In UTF-8 these two bytes are one character.
    json: '"\u00c3\u00a9"',
    isBytes: true,
    contentType: 'application/json; charset=iso-8859-1',
    isKept: (_, value) => value === '\u00c3\u00a9',
  },
];

/** @param spellings how many numbers are drawn of which nothing is lost; undefined where exact JSON is not promised */
export const valuesFor = (seed: number, spellings: number | undefined): readonly Sent[] =>
  spellings === undefined ? ALL : [...ALL, ...EXACT, ...CHARSETS, ...spellingsOf(seed, spellings)];

/** Digits without zeros at their ends, and a power of ten; undefined for what is no number. */
function decimalOf(text: string): string | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  if (!parts) return undefined;
  const [, sign = '', whole = '', part = '', power = '0'] = parts;
  const digits = (whole + part).replace(/^0+/, '');
  const shown = digits.replace(/0+$/, '');
  return shown && `${sign}${shown}e${Number(power) - part.length + digits.length - shown.length}`;
}
