import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import type { StoredKvEntry } from './limits.ts';
import { KvStore, type VisibleAtMs } from './store.ts';

function open(tombstoneMs = 0) {
  const clock = new VirtualClock();
  const startMs = clock.now();
  const store = new KvStore(clock, tombstoneMs);
  const inMs = (LHR: number, MAN: number, EDI: number): VisibleAtMs => ({
    LHR: clock.now() + LHR,
    MAN: clock.now() + MAN,
    EDI: clock.now() + EDI,
  });
  const entry = (value: string, ttlSeconds?: number): StoredKvEntry => ({
    value: Buffer.from(value),
    metadata: undefined,
    expiration: ttlSeconds === undefined ? undefined : startMs / 1_000 + ttlSeconds,
  });
  return { clock, store, inMs, entry };
}

describe('a write', () => {
  test('becomes visible to each PoP in its own time', async () => {
    const { clock, store, inMs, entry } = open();
    const first = entry('1');

    store.write('key', first, inMs(0, 10, 20));
    await clock.advance(10);

    expect(store.read('key', 'LHR')).toBe(first);
    expect(store.read('key', 'MAN')).toBe(first);
    expect(store.read('key', 'EDI')).toBeUndefined();
  });

  test('leaves the one before it to those it has not reached', async () => {
    const { clock, store, inMs, entry } = open();
    const [first, second, third] = [entry('1'), entry('2'), entry('3')];
    store.write('key', first, inMs(0, 0, 0));
    store.write('key', second, inMs(0, 10, 20));
    store.write('key', third, inMs(0, 30, 30));

    expect([store.read('key', 'LHR'), store.read('key', 'MAN')]).toEqual([third, first]);

    await clock.advance(10);
    expect([store.read('key', 'MAN'), store.read('key', 'EDI')]).toEqual([second, first]);

    await clock.advance(20);
    expect([store.read('key', 'MAN'), store.read('key', 'EDI')]).toEqual([third, third]);
  });

  test('wins over an earlier one that arrives later', async () => {
    const { clock, store, inMs, entry } = open();
    const last = entry('last');
    store.write('key', entry('first'), inMs(0, 20, 0));
    store.write('key', last, inMs(0, 10, 0));

    await clock.advance(10);
    expect(store.read('key', 'MAN')).toBe(last);

    await clock.advance(10);
    expect(store.read('key', 'MAN')).toBe(last);
  });

  test('that deletes spreads like one that puts', async () => {
    const { clock, store, inMs, entry } = open();
    store.write('key', entry('1'), inMs(0, 0, 0));

    store.write('key', undefined, inMs(0, 10, 10));

    expect(store.read('key', 'LHR')).toBeUndefined();
    expect(store.read('key', 'MAN')).toBeDefined();
    await clock.advance(10);
    expect(store.read('key', 'MAN')).toBeUndefined();
  });
});

test('an expired value is seen by nobody, and the one before it does not come back', async () => {
  const { clock, store, inMs, entry } = open();
  store.write('key', entry('lasting'), inMs(0, 0, 0));
  store.write('key', entry('brief', 60), inMs(0, 0, 0));

  await clock.advance(59_999);
  expect(store.read('key', 'LHR')).toBeDefined();

  await clock.advance(1);
  expect(store.read('key', 'LHR')).toBeUndefined();
});

describe('the value before the newest', () => {
  test('is there for a reader that would get the newest', () => {
    const { store, inMs, entry } = open();
    const [first, second] = [entry('1'), entry('2')];
    store.write('key', first, inMs(0, 0, 0));
    expect(store.valueBefore('key', first)).toBeUndefined();

    store.write('key', second, inMs(0, 10, 10));

    expect(store.valueBefore('key', second)).toBe(first);
    expect(store.valueBefore('key', first)).toBeUndefined();
  });

  test('is what a deleted key held, and what it held before it was put again', () => {
    const { store, inMs, entry } = open();
    const [first, second] = [entry('1'), entry('2')];
    store.write('key', first, inMs(0, 0, 0));
    store.write('key', undefined, inMs(0, 0, 0));
    expect(store.valueBefore('key', undefined)).toBe(first);

    store.write('key', second, inMs(0, 0, 0));

    expect(store.valueBefore('key', second)).toBe(first);
  });

  test('is gone when it has expired', async () => {
    const { clock, store, inMs, entry } = open();
    const second = entry('2');
    store.write('key', entry('1', 60), inMs(0, 0, 0));
    store.write('key', second, inMs(0, 0, 0));

    await clock.advance(60_000);

    expect(store.valueBefore('key', second)).toBeUndefined();
  });
});

describe('places in a list', () => {
  const names = (store: KvStore, prefix = '') =>
    [...store.places(prefix, 'LHR')].map(({ name, entry }) => (entry ? name : `(${name})`)).sort();

  test('go to what the PoP sees, under the prefix', () => {
    const { store, inMs, entry } = open();
    store.write('a/seen', entry('1'), inMs(0, 0, 0));
    store.write('a/not yet', entry('1'), inMs(10, 0, 0));
    store.write('b/seen', entry('1'), inMs(0, 0, 0));

    expect(names(store)).toEqual(['a/seen', 'b/seen']);
    expect(names(store, 'a/')).toEqual(['a/seen']);
  });

  test('go to deleted and expired keys while they are tombstones', async () => {
    const { clock, store, inMs, entry } = open(5_000);
    store.write('brief', entry('1', 60), inMs(0, 0, 0));
    store.write('deleted', entry('1'), inMs(0, 0, 0));
    store.write('deleted', undefined, inMs(0, 0, 0));
    expect(names(store)).toEqual(['(deleted)', 'brief']);

    await clock.advance(5_000);
    expect(names(store)).toEqual(['brief']);

    await clock.advance(59_999);
    expect(names(store)).toEqual(['(brief)']);

    await clock.advance(1);
    expect(names(store)).toEqual([]);
  });
});

describe('memory', () => {
  test('versions that every PoP has seen replaced are dropped', async () => {
    const { clock, store, inMs, entry } = open();

    for (let second = 0; second < 100; second++) {
      store.write('key', entry(`${second}`), inMs(0, 10_000, 5_000));
      await clock.advance(1_000);
    }

    expect(store.versionCount).toBe(11);
  });

  /** So many keys that the store must have swept on the way. */
  const grow = (store: KvStore, purpose: string, write: (key: string) => void) => {
    for (let n = 0; n < 3_000; n++) write(`${purpose} ${n}`);
    return store.versionCount;
  };

  test('a deletion of what is not there leaves nothing behind', () => {
    const { store, inMs } = open();

    expect(grow(store, 'none', (key) => store.write(key, undefined, inMs(0, 0, 0)))).toBe(0);
  });

  test.each<
    [string, { tombstoneMs: number; lagMs: number; keptMs: number; isKept: (store: KvStore) => boolean }]
  >([
    [
      'a PoP still sees it',
      {
        tombstoneMs: 0,
        lagMs: 90_000,
        keptMs: 90_000,
        isKept: (store) => store.read('0', 'MAN') !== undefined,
      },
    ],
    [
      'it is a tombstone',
      {
        tombstoneMs: 90_000,
        lagMs: 0,
        keptMs: 90_000,
        isKept: (store) => [...store.places('0', 'LHR')].length > 0,
      },
    ],
    [
      'a minute has not passed',
      {
        tombstoneMs: 0,
        lagMs: 0,
        keptMs: 60_000,
        isKept: (store) => store.valueBefore('0', undefined) !== undefined,
      },
    ],
  ])(
    'a deleted key is kept while %s, and then forgotten',
    async (_, { tombstoneMs, lagMs, keptMs, isKept }) => {
      const { clock, store, inMs, entry } = open(tombstoneMs);
      store.write('0', entry('1'), inMs(0, 0, 0));
      store.write('0', undefined, inMs(0, lagMs, 0));
      const growAfter = async (ms: number, purpose: string) => {
        await clock.advance(ms);
        return grow(store, purpose, (key) => store.write(key, entry('1'), inMs(0, 0, 0)));
      };

      await growAfter(keptMs - 1, 'a');
      expect(isKept(store)).toBe(true);

      expect(await growAfter(1, 'b')).toBe(6_000);
    },
  );

  test('an expired key is forgotten, a live one never', async () => {
    const { clock, store, inMs, entry } = open();
    grow(store, 'lasting', (key) => store.write(key, entry('1'), inMs(0, 0, 0)));
    grow(store, 'brief', (key) => store.write(key, entry('1', 60), inMs(0, 0, 0)));
    store.write('long', entry('1', 3_600), inMs(0, 0, 0));

    await clock.advance(120_000);
    grow(store, 'more', (key) => store.write(key, entry('1'), inMs(0, 0, 0)));

    expect(store.versionCount).toBe(6_001);
  });
});
