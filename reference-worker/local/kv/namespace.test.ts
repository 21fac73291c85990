import { describe, expect, test } from 'vitest';
import { POPS } from '../pops.ts';
import { answered, namesIn, openNamespace, PESSIMISTIC, put, read } from '../testing/open-namespace.ts';
import { KV_LIMITS } from './limits.ts';

/** Caches for a minute; writes reach their own PoP at once and the others after ten seconds. */
const CACHING = {
  cache: { defaultTtlMs: 60_000, machinesPerPop: 1 },
  propagationMs: 10_000,
  visibleAtWriterShare: 1,
};

describe('without a cache and without lag', () => {
  test('every PoP sees every write at once, and needs no time for it', async () => {
    const { kv, waiting } = openNamespace();

    for (const pop of POPS) {
      const before = await read(kv, pop, 'key');
      await put(kv, pop, 'key', pop);
      expect(before).not.toBe(pop);
      for (const reader of POPS) expect(await read(kv, reader, 'key')).toBe(pop);
    }

    await kv.delete('LHR', 'key');
    expect(await kv.get('MAN', 'key', null)).toEqual({ entry: undefined, cacheStatus: null });
    expect(waiting.list()).toEqual([]);
  });

  test('a key is there until its time is over, in get and in list; a put without expiry lifts it', async () => {
    const { clock, kv } = openNamespace();
    await put(kv, 'LHR', 'brief', 'v', '60');
    await put(kv, 'LHR', 'lifted', 'v', '60');
    await put(kv, 'LHR', 'lifted', 'v');

    await clock.advance(59_999);
    expect(await namesIn(kv, 'LHR')).toEqual(['brief', 'lifted']);

    await clock.advance(1);
    expect(await read(kv, 'LHR', 'brief')).toBeUndefined();
    expect(await read(kv, 'LHR', 'lifted')).toBe('v');
    expect(await namesIn(kv, 'LHR')).toEqual(['lifted']);
  });
});

describe('a write', () => {
  test('is seen where it was made, and elsewhere when it has spread', async () => {
    const { clock, kv } = openNamespace({ ...CACHING, cache: null });
    await put(kv, 'LHR', 'key', '1');

    await clock.advance(9_999);
    expect([await read(kv, 'LHR', 'key'), await read(kv, 'MAN', 'key')]).toEqual(['1', undefined]);

    await clock.advance(1);
    expect(await read(kv, 'MAN', 'key')).toBe('1');
  });

  test('may not be seen where it was made either', async () => {
    const { clock, kv } = openNamespace({ ...CACHING, visibleAtWriterShare: 0 });
    await read(kv, 'LHR', 'key');

    await put(kv, 'LHR', 'key', '1');

    await clock.advance(59_999);
    expect(await read(kv, 'LHR', 'key')).toBeUndefined();
    await clock.advance(1);
    expect(await read(kv, 'LHR', 'key')).toBe('1');
  });

  test.each(['put', 'delete'] as const)(
    '%s empties the cache of its own PoP and of no other',
    async (method) => {
      const { clock, kv } = openNamespace(CACHING);
      await put(kv, 'LHR', 'key', '1');
      await clock.advance(10_000);
      for (const pop of POPS) await read(kv, pop, 'key');

      await (method === 'put' ? put(kv, 'LHR', 'key', '2') : kv.delete('LHR', 'key'));

      const after = method === 'put' ? '2' : undefined;
      await clock.advance(59_999);
      expect([await read(kv, 'LHR', 'key'), await read(kv, 'MAN', 'key')]).toEqual([after, '1']);
      await clock.advance(1);
      expect(await read(kv, 'MAN', 'key')).toBe(after);
    },
  );
});

describe('the cache of a PoP', () => {
  test('tells a hit from a miss', async () => {
    const { clock, kv } = openNamespace(CACHING);
    const statusOf = async () => (await kv.get('LHR', 'key', '30')).cacheStatus;

    expect([await statusOf(), await statusOf()]).toEqual(['MISS', 'HIT']);

    await clock.advance(30_000);
    expect(await statusOf()).toBe('MISS');
  });

  test('keeps for the TTL that there was nothing', async () => {
    const { clock, kv } = openNamespace(CACHING);
    await read(kv, 'MAN', 'key');
    await put(kv, 'LHR', 'key', '1');

    await clock.advance(59_999);
    expect(await read(kv, 'MAN', 'key')).toBeUndefined();

    await clock.advance(1);
    expect(await read(kv, 'MAN', 'key')).toBe('1');
  });

  test('is shortened by a reader with a lower cacheTtl', async () => {
    const { clock, kv } = openNamespace(CACHING);
    await read(kv, 'MAN', 'key', '3600');
    await put(kv, 'LHR', 'key', '1');

    await clock.advance(30_000);
    expect(await read(kv, 'MAN', 'key', '3600')).toBeUndefined();
    expect(await read(kv, 'MAN', 'key', '30')).toBe('1');
  });

  test('gives way to the expiry of what it holds', async () => {
    const { clock, kv } = openNamespace(CACHING);
    await put(kv, 'LHR', 'key', '1', '60');
    await read(kv, 'LHR', 'key', '3600');

    await clock.advance(60_000);

    expect(await read(kv, 'LHR', 'key', '3600')).toBeUndefined();
  });

  test('is used by a bulk read, key by key', async () => {
    const { kv } = openNamespace(CACHING);
    await read(kv, 'MAN', 'a');
    for (const key of ['a', 'b']) await put(kv, 'LHR', key, key);
    await read(kv, 'LHR', 'a');

    const texts = async (pop: (typeof POPS)[number]) =>
      (await kv.getMany(pop, ['a', 'none', 'b'], null)).map((entry) => entry?.value.toString());

    expect(await texts('LHR')).toEqual(['a', undefined, 'b']);
    expect(await texts('MAN')).toEqual([undefined, undefined, undefined]);
  });

  test('keeps each page of a list for the TTL', async () => {
    const { clock, kv } = openNamespace({ ...CACHING, propagationMs: 0, tombstoneMs: 0 });
    await put(kv, 'LHR', 'a', '');
    expect(await namesIn(kv, 'LHR')).toEqual(['a']);
    await put(kv, 'LHR', 'b', '');

    const prefixed = await kv.list('LHR', 'b', 1_000, null);
    await clock.advance(59_999);

    expect(prefixed.keys).toEqual([{ name: 'b' }]);
    const first = await kv.list('LHR', '', 1, null);
    const second = await kv.list('LHR', '', 1, first.cursor ?? null);
    expect([first.keys, second.keys]).toEqual([[{ name: 'a' }], [{ name: 'b' }]]);
    expect(await namesIn(kv, 'LHR')).toEqual(['a']);
    expect(await namesIn(kv, 'MAN')).toEqual(['a', 'b']);
    await clock.advance(1);
    expect(await namesIn(kv, 'LHR')).toEqual(['a', 'b']);
  });
});

test('a page of a list can be empty with more to come, while deleted keys are tombstones', async () => {
  const { clock, kv } = openNamespace({ tombstoneMs: 5_000 });
  for (const key of ['a', 'b', 'c']) await put(kv, 'LHR', key, '');
  for (const key of ['a', 'b']) await kv.delete('LHR', key);

  const page = await kv.list('LHR', '', 2, null);
  expect(page).toMatchObject({ keys: [], list_complete: false });
  expect(await kv.list('LHR', '', 2, page.cursor ?? null)).toEqual({
    keys: [{ name: 'c' }],
    list_complete: true,
  });

  await clock.advance(5_000);
  expect(await kv.list('LHR', '', 2, null)).toEqual({ keys: [{ name: 'c' }], list_complete: true });
});

test('a key is not written more often than the profile says, by puts and deletes together, from anywhere', async () => {
  const { clock, kv } = openNamespace({ writesPerSecondPerKey: 1 });
  const refusal = { status: 429, message: 'Too Many Requests' };
  await put(kv, 'LHR', 'key', '1');
  await put(kv, 'LHR', 'other', '1');

  await expect(put(kv, 'MAN', 'key', '2')).rejects.toMatchObject(refusal);
  await expect(kv.delete('LHR', 'key')).rejects.toMatchObject(refusal);
  expect(await read(kv, 'LHR', 'key')).toBe('1');

  await clock.advance(1_000);
  await kv.delete('LHR', 'key');
  await expect(put(kv, 'LHR', 'key', '3')).rejects.toMatchObject(refusal);
  expect(await read(kv, 'LHR', 'key')).toBeUndefined();
});

describe('modelled time', () => {
  const TIMES = {
    cache: { defaultTtlMs: 60_000, machinesPerPop: 1 },
    cachedReadMs: 1,
    centralReadMs: 30,
    writeMs: 60,
  };

  test('is what a write, a read of the central store and a cached read take', async () => {
    const { clock, kv } = openNamespace(TIMES);
    const took = async (request: () => Promise<unknown>): Promise<number> => {
      const startMs = clock.now();
      let endMs = Number.NaN;
      await answered(
        clock,
        request().then(() => {
          endMs = clock.now();
        }),
      );
      return endMs - startMs;
    };

    expect(await took(() => put(kv, 'LHR', 'key', '1'))).toBe(60);
    expect(await took(() => read(kv, 'LHR', 'key'))).toBe(30);
    expect(await took(() => read(kv, 'LHR', 'key'))).toBe(1);
    expect(await took(() => kv.getMany('LHR', ['key', 'none'], '90'))).toBe(30);
    expect(await took(() => kv.list('LHR', '', 10, null))).toBe(30);
    expect(await took(() => kv.list('LHR', '', 10, null))).toBe(1);
    expect(await took(() => kv.delete('LHR', 'key'))).toBe(60);
  });

  test('is accounted for while it passes', async () => {
    const { clock, kv, waiting } = openNamespace(TIMES);
    const startMs = clock.now();
    const write = put(kv, 'EDI', 'key', '1');

    expect(waiting.list()).toEqual([{ reason: 'store', namespace: 'cache', pop: 'EDI', sinceMs: startMs }]);

    await clock.advance(60);
    await write;
    expect(waiting.list()).toEqual([]);
  });

  test('ends with the write being made and the central store being read', async () => {
    const { clock, kv } = openNamespace({ ...TIMES, cache: null });
    const write = put(kv, 'LHR', 'key', '1');
    await clock.advance(29);
    const tooEarly = read(kv, 'LHR', 'key');
    await clock.advance(2);
    const inTime = read(kv, 'LHR', 'key');
    await clock.advance(30);

    await write;
    expect([await tooEarly, await inTime]).toEqual([undefined, '1']);
  });

  test('is drawn by the seed, for each namespace its own', async () => {
    const durations = async (seed: number, id: string): Promise<number[]> => {
      const { clock, kv } = openNamespace(PESSIMISTIC, [], seed, id);
      const startMs = clock.now();
      const requests = POPS.flatMap((pop) => [put(kv, pop, pop, ''), read(kv, pop, 'key')]);
      const ends = Promise.all(requests.map((request) => request.then(() => clock.now() - startMs)));
      return answered(clock, ends);
    };

    const first = await durations(1, 'cache');

    expect(new Set(first).size).toBe(6);
    expect(await durations(1, 'cache')).toEqual(first);
    expect(await durations(2, 'cache')).not.toEqual(first);
    expect(await durations(1, 'other')).not.toEqual(first);
  });
});

test('refuses what KV refuses before any time passes', async () => {
  const { kv } = openNamespace({ centralReadMs: 30, writeMs: 60 });
  const long = 'é'.repeat(KV_LIMITS.keyBytes / 2 + 1);
  const limited = 'UTF-8 encoded length of 514 exceeds key length limit of 512.';

  await expect(kv.get('LHR', 'key', '29')).rejects.toMatchObject({ status: 400 });
  await expect(kv.get('LHR', long, null)).rejects.toMatchObject({ status: 414, message: limited });
  await expect(kv.delete('LHR', long)).rejects.toMatchObject({ status: 414, message: limited });
  await expect(put(kv, 'LHR', long, '')).rejects.toMatchObject({ status: 414, message: limited });
  await expect(put(kv, 'LHR', 'key', '', '59')).rejects.toMatchObject({ status: 400 });
  await expect(
    put(openNamespace().kv, 'LHR', 'é'.repeat(KV_LIMITS.keyBytes / 2), ''),
  ).resolves.toBeUndefined();
  await expect(kv.list('LHR', '', 0, null)).rejects.toMatchObject({ status: 400 });
  await expect(kv.list('LHR', '', 1_001, null)).rejects.toMatchObject({ status: 400 });
});
