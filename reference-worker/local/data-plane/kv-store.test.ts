import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KvStore } from './kv-store.ts';

const NOTHING = { metadata: undefined, expiration: null, expirationTtl: null };
const put = (store: KvStore, key: string, expirationTtl: string | null = null) =>
  store.put(key, { ...NOTHING, value: Buffer.from(key), expirationTtl });

function storeAt(startMs: number) {
  const clock = { nowMs: startMs };
  return { clock, store: new KvStore(() => clock.nowMs) };
}

describe('expiry', () => {
  test('a key is there until its time is over, in get and in list', () => {
    const { clock, store } = storeAt(1_000_000_000_000);
    put(store, 'brief', '60');

    clock.nowMs += 59_999;
    expect(store.get('brief', null)?.value.toString()).toBe('brief');

    clock.nowMs += 1;
    expect(store.get('brief', null)).toBeUndefined();
    expect(store.list('', 10, null).keys).toEqual([]);
  });

  test('a later put without expiry lifts it', () => {
    const { clock, store } = storeAt(1_000_000_000_000);
    put(store, 'key', '60');

    put(store, 'key');
    clock.nowMs += 3_600_000;

    expect(store.get('key', null)).toBeDefined();
  });
});

test('the pages of a list are together every key with the prefix, once, in the order of UTF-8', () => {
  const keys = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), { maxLength: 30 });
  fc.assert(
    fc.property(
      keys,
      fc.constantFrom('', 'a', 'é'),
      fc.integer({ min: 1, max: 7 }),
      (names, prefix, limit) => {
        const { store } = storeAt(0);
        for (const name of names) put(store, name);

        const listed: string[] = [];
        let cursor: string | null = null;
        do {
          const page = store.list(prefix, limit, cursor);
          expect(page.keys.length).toBeLessThanOrEqual(limit);
          listed.push(...page.keys.map(({ name }) => name));
          cursor = page.cursor ?? null;
          expect(page.list_complete).toBe(cursor === null);
        } while (cursor !== null);

        const expected = names.filter((name) => name.startsWith(prefix));
        expect(listed).toEqual(expected.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      },
    ),
  );
});
