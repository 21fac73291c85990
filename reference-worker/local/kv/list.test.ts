import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KvPage, pageOf } from './list.ts';
import type { Place } from './store.ts';

const entry = { value: Buffer.alloc(0), metadata: undefined, expiration: undefined };

function allPages(places: readonly Place[], limit: number): KvPage[] {
  const pages: KvPage[] = [];
  let cursor: string | null = null;
  do {
    const page: KvPage = pageOf(places, limit, cursor);
    pages.push(page);
    cursor = page.cursor ?? null;
  } while (cursor !== null);
  return pages;
}

test('the pages are together every key once, in the order of UTF-8, with gaps for tombstones', () => {
  const keys = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), { maxLength: 30 });
  fc.assert(
    fc.property(
      keys,
      fc.infiniteStream(fc.boolean()),
      fc.integer({ min: 1, max: 7 }),
      (names, gone, limit) => {
        const places = names.map((name) => ({ name, entry: gone.next().value ? undefined : entry }));

        const pages = allPages(places, limit);

        const sorted = places.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
        const expected = Array.from({ length: Math.max(1, Math.ceil(names.length / limit)) }, (_, page) =>
          sorted
            .slice(page * limit, (page + 1) * limit)
            .flatMap((place) => (place.entry ? [place.name] : [])),
        );
        expect(pages.map((page) => page.keys.map(({ name }) => name))).toEqual(expected);
        expect(pages.map((page) => page.list_complete)).toEqual(
          pages.map((_, page) => page === pages.length - 1),
        );
      },
    ),
  );
});

test('a page of tombstones alone is empty, and not the last', () => {
  const places = [
    { name: 'a', entry: undefined },
    { name: 'b', entry: undefined },
    { name: 'c', entry },
  ];

  expect(pageOf(places, 2, null)).toEqual({ keys: [], list_complete: false, cursor: expect.any(String) });
});

test('a key shows its expiry and its metadata where it has them', () => {
  const places = [
    { name: 'a', entry: { ...entry, expiration: 1_800_000_000 } },
    { name: 'b', entry: { ...entry, metadata: '{"m":1}' } },
  ];

  expect(pageOf(places, 10, null)).toEqual({
    keys: [
      { name: 'a', expiration: 1_800_000_000 },
      { name: 'b', metadata: '{"m":1}' },
    ],
    list_complete: true,
  });
});
