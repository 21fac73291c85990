import { type Chance, chanceOf } from '../latency/index.ts';
import type { KvCall } from './probe.ts';

/** 512 bytes and one more, in characters of one byte, two and four. */
const LONG_KEYS = [
  'k'.repeat(512),
  'k'.repeat(513),
  'é'.repeat(256),
  `é${'é'.repeat(256)}`,
  '😀'.repeat(128),
];
/**
 * Few of each, so that calls meet the keys of calls before them. No key is a single character that JSON escapes by a
 * backslash: with several of them in one reply, the workerd under miniflare now and then takes the one for the other.
 */
const KEYS = [
  ...[
    'a',
    'a/1',
    'a/2',
    'b',
    'B',
    'é',
    'e\u0301',
    '😀',
    '\uffee',
    '0',
    '10',
    '9',
    ' ',
    'a b',
    'a+b',
    'a%20b',
  ],
  ...[
    'a%',
    '%2E',
    '?',
    '#',
    'a?b#c',
    '&=',
    '/',
    '//',
    'a\\b',
    'a"b',
    "'",
    'a\tb',
    'a\nb',
    '\u0000',
    '\u007f',
    '\u0080',
  ],
  ...['\u2028', 'toString', '__proto__', 'constructor', 'bulk/get', '...', './', '../a', '\ud800', '\ufeff'],
];
const BAD_KEYS = ['', '.', '..'];
const VALUES = [
  ...[
    '',
    'text',
    '1',
    'null',
    'true',
    '"text"',
    '{"a":{"b":[1,2]}}',
    '[]',
    '{',
    'é😀',
    '\ufeffmarked',
    '\u0000',
  ],
  ...['1e400', '12345678901234567890', ' {"a":1} ', 'undefined', '"\\ud800"'],
];
const BYTES = [[0xff, 0xfe], [0xc3, 0x28], [0], [0xef, 0xbb, 0xbf, 0x61], []];
const METADATA = [
  ...[
    null,
    0,
    '',
    'm',
    true,
    [],
    {},
    { m: 1 },
    { m: 'é😀' },
    'a\u007fb',
    { '\u007f': '\u0080' },
    '\u2028\t\n',
  ],
  ...['"\\', '\ud800', { toJSON: 1 }, 'm'.repeat(1_022), 'm'.repeat(1_023), 'é'.repeat(511), 'é'.repeat(512)],
];
const EXPIRY = [
  ...[{ expirationTtl: 1_000 }, { expiration: 4_000_000_000 }, { expirationTtl: 59 }, { expirationTtl: 0 }],
  ...[{ expirationTtl: -1 }, { expiration: 1 }, { expiration: 0 }, { expirationTtl: 1_000, expiration: 1 }],
];
const CACHE_TTLS = [30, 31, 3_600, 2_147_483_647, 29, 0, -1];

/**
 * Calls of KV at the edges of what it takes: keys, values, metadata, options, types, and pages of lists. At most one
 * thing in a call is wrong, so that two stores need not agree which mistake they name first.
 */
export function kvCalls(seed: number, count: number): readonly KvCall[] {
  const chance = chanceOf(seed, 'kv-calls');
  return Array.from({ length: count }, () => callOf(chance));
}

function callOf(chance: Chance): KvCall {
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(chance() * values.length)] as Value;
  const is = (share: number): boolean => chance() < share;
  const key = (): string => (is(0.05) ? pick([...LONG_KEYS, ...BAD_KEYS]) : pick(KEYS));
  const kind = pick(['put', 'put', 'put', 'get', 'getAs', 'getMany', 'getMany', 'list', 'delete'] as const);
  if (kind === 'put') return put();
  if (kind === 'delete') return { method: 'delete', key: key() };
  if (kind === 'get') {
    const cacheTtl = is(0.4) ? pick(CACHE_TTLS) : undefined;
    return { method: 'get', key: cacheTtl === undefined ? key() : pick(KEYS), ...(cacheTtl && { cacheTtl }) };
  }
  if (kind === 'getAs')
    return { method: 'getAs', key: pick(KEYS), type: pick(['text', 'json', 'arrayBuffer'] as const) };
  if (kind === 'getMany') return getMany();
  const limit = pick([undefined, undefined, 1, 2, 3, 1_000, 1_001, 0, -1]);
  const isLimited = limit !== undefined && (limit < 1 || limit > 1_000);
  const prefix = pick([undefined, '', ...(isLimited ? [] : LONG_KEYS), ...KEYS]);
  return {
    method: 'list',
    options: { ...(limit !== undefined && { limit }), ...(prefix !== undefined && { prefix }) },
    isWhole: true,
  };

  function put(): KvCall {
    const wrong = pick(['key', 'metadata', 'expiry', 'none', 'none'] as const);
    const sound = { metadata: METADATA.slice(0, 15), expiry: EXPIRY.slice(0, 2) };
    const metadata = is(0.5) ? undefined : pick(wrong === 'metadata' ? METADATA : sound.metadata);
    const expiry = is(0.7) ? {} : pick(wrong === 'expiry' ? EXPIRY : sound.expiry);
    const value = is(0.2) ? { bytes: pick(BYTES) } : { value: pick(VALUES) };
    return {
      method: 'put',
      key: wrong === 'key' ? key() : pick(KEYS),
      ...value,
      ...(is(0.2) && { isStreamed: true }),
      options: { ...expiry, ...(metadata !== undefined && { metadata }) },
    };
  }

  function getMany(): KvCall {
    const wrong = pick(['key', 'count', 'ttl', 'type', 'none', 'none'] as const);
    const size = wrong === 'count' ? pick([0, 100, 101]) : 1 + Math.floor(chance() * 5);
    const keys = Array.from({ length: size }, () => pick(KEYS));
    if (wrong === 'key') keys[Math.floor(chance() * size)] = key();
    const cacheTtl = wrong === 'ttl' ? pick(CACHE_TTLS) : undefined;
    return {
      method: 'getMany',
      keys,
      ...(wrong === 'type' && { type: 'json' }),
      ...(cacheTtl !== undefined && { cacheTtl }),
      ...(is(0.5) && { isWithoutMetadata: true }),
    };
  }
}
