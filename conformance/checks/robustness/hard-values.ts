/** A value that is sent as it stands, and how to tell that it came back. */
export interface Sent {
  /** As in `1e400`, for an id. */
  readonly name: string;
  /** As in `the number 1e400`. */
  readonly what: string;
  readonly json: string;
  /** A value that everybody keeps: a control. */
  readonly isPlain?: true;
  /** Each character of the JSON is one byte. */
  readonly isBytes?: true;
  readonly contentType?: string;
  /**
   * @param text the value in the JSON of the answer
   * @param value the same, parsed
   */
  isKept(text: string, value: unknown): boolean;
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
  ...Object.entries(NUMBERS).map(([name, json]) => number(name, json)),
  ...Object.entries(TEXTS).map(([name, json]) => parsed(name, `the text ${json}`, json)),
  parsed('proto', 'the name __proto__', '{"__proto__":{"a":1},"b":2}'),
  {
    name: 'bytes',
    what: 'bytes that are no UTF-8',
    json: '"caf\u00e9"',
    isBytes: true,
    // JSON has no way to give them back (RFC 8259, section 8.1).
    isKept: () => false,
  },
];

/** Of which RFC 8259 says that readers differ (section 4), and that a charset has no effect on them (section 11). */
const EXACT: readonly Sent[] = [
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
    name: 'charset',
    what: 'a text in ISO 8859-1',
    // In UTF-8 these two bytes are one character.
    json: '"\u00c3\u00a9"',
    isBytes: true,
    contentType: 'application/json; charset=iso-8859-1',
    isKept: (_, value) => value === '\u00c3\u00a9',
  },
];

/** @param isExact whether what the standard leaves open is to be kept too */
export const valuesFor = (isExact: boolean): readonly Sent[] => (isExact ? [...ALL, ...EXACT] : ALL);

/** Digits without zeros at their ends, and a power of ten; undefined for what is no number. */
function decimalOf(text: string): string | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  if (!parts) return undefined;
  const [, sign = '', whole = '', part = '', power = '0'] = parts;
  const digits = (whole + part).replace(/^0+/, '');
  const shown = digits.replace(/0+$/, '');
  return shown && `${sign}${shown}e${Number(power) - part.length + digits.length - shown.length}`;
}
