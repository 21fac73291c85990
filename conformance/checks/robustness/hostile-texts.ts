/** Texts that parsers, maps, paths and terminals have been known to trip over; sent in a path or a query as they are. */
export const RAW_TEXTS = [
  '',
  '%',
  '%ff',
  '%00',
  '%0d%0a',
  '%c0%af',
  '%ed%a0%80',
  '%2e%2e%2f',
  '..',
  'a.%21',
  '//',
  ';a=b',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  '-1',
  '1e999',
  '9007199254740993',
  '[]',
  '[object%20Object]',
  '*',
  '"1"',
  'W/"1"',
  '\u00ff',
  'x'.repeat(3_000),
] as const;

const nested = (depth: number, open: string, close: string): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;

/** SQLite reads 1,000 levels (sqlite.org/json1.html). */
export const DEEP_JSON = [nested(1_001, '[', ']'), nested(1_001, '{"a":', '}')] as const;

/** JSON, or nearly: in the place of a value, or of a whole body. */
export const JSON_TEXTS = [
  'null',
  'true',
  '0',
  '-0',
  '1e999',
  '123456789012345678901234567890',
  '[]',
  '{}',
  '[[]]',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"\\ud83d\\ude00"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"hasOwnProperty":null}',
  '{"a":1,"a":2}',
  '{"":""}',
  '{"$.a":1,"a.b":2,"a\\"b":3}',
  ...DEEP_JSON,
  '{',
  '{"a":}',
  "{'a':1}",
  '{"a":1}}',
  // Whoever reads parts of a text that is no JSON by hand meets its names first.
  '{"\\x":1}',
  '{"\\u12":1}',
  '["\\"',
  '\ufeff{}',
  'NaN',
  '<a/>',
  'a=b&c=d',
] as const;
