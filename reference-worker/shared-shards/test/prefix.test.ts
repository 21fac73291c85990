import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prefixEnd } from '../src/prefix.ts';

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('@', 'A', 'Z', '[', '`', 'a', 'z', '{', '\u{d7ff}', '\u{e000}', '\u{10ffff}'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 4,
});

const fold = (value: string): string => value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

test('[prefix, prefixEnd) holds exactly the texts with that prefix, as SQLite itself compares them', async () => {
  const inRange = env.SHARD_EU_1.prepare(
    'SELECT value ->> 0 AS text FROM json_each(?1) WHERE (value ->> 0) >= ?2 COLLATE NOCASE AND (?3 IS NULL OR (value ->> 0) < ?3 COLLATE NOCASE)',
  );

  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 60 }), text, async (texts, prefix) => {
      fc.pre(prefix !== '' && ![prefix, ...texts].some((value) => value.includes('\0')));
      const candidates = [...texts, prefix, `${prefix}x`, ...texts.map((value) => prefix + value)];

      const rows = await inRange
        .bind(JSON.stringify(candidates.map((value) => [value])), prefix, prefixEnd(prefix) ?? null)
        .all<{ text: string }>();

      const expected = candidates.filter((value) => fold(value).startsWith(fold(prefix)));
      expect(rows.results.map((row) => row.text)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
