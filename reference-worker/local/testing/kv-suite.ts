import { describe, expect, test } from 'vitest';
import type { KvCall, Outcome } from './probe.ts';

/** What a Worker may expect of KV when no cache is in the way, whoever provides it. */
export function describeKv(kv: (...calls: KvCall[]) => Promise<readonly Outcome[]>): void {
  describe('KV', () => {
    test('returns value and metadata under any key, and null where there is none', async () => {
      const key = 'a/b ?&é..😀';

      const [, found, none, many] = await kv(
        { method: 'put', key, value: 'v1', options: { metadata: { m: 'é😀' } } },
        { method: 'get', key, cacheTtl: 30 },
        { method: 'get', key: 'none' },
        { method: 'getMany', keys: [key, 'none'] },
      );

      const entry = { value: 'v1', metadata: { m: 'é😀' } };
      expect(found).toEqual({ value: { ...entry, cacheStatus: null } });
      expect(none).toEqual({ value: { value: null, metadata: null, cacheStatus: null } });
      expect(many).toEqual({ value: { [key]: entry, none: null } });
    });

    test('a put replaces value and metadata; a delete removes, and may find nothing', async () => {
      const outcomes = await kv(
        { method: 'put', key: 'twice', value: '1', options: { metadata: 'm' } },
        { method: 'put', key: 'twice', value: '2' },
        { method: 'get', key: 'twice' },
        { method: 'delete', key: 'twice' },
        { method: 'delete', key: 'twice' },
        { method: 'get', key: 'twice' },
      );

      expect(outcomes[2]).toMatchObject({ value: { value: '2', metadata: null } });
      expect(outcomes[4]).toEqual({});
      expect(outcomes[5]).toMatchObject({ value: { value: null } });
    });

    test('a bulk read returns up to 25 MB, each key once', async () => {
      const value = { bytes: 13_107_200 };
      const outcomes = await kv(
        ...['big/1', 'big/2'].map((key) => ({ method: 'put', key, ...value }) as const),
        { method: 'put', key: 'big/3', value: '1' },
        { method: 'getMany', keys: ['big/3', 'big/3'] },
        { method: 'getMany', keys: ['big/1', 'big/2', 'big/3'] },
        ...['big/1', 'big/2'].map((key) => ({ method: 'delete', key }) as const),
      );

      expect(outcomes[3]).toEqual({ value: { 'big/3': { value: '1', metadata: null } } });
      expect(outcomes[4]).toEqual({
        error: 'KV GET_BULK failed: 413 Total size of request exceeds the limit of 25MB',
      });
    });

    test('metadata may hold any character, and an entry may last for a minute', async () => {
      const options = { metadata: { '\u007f': '\u0080\u2028\n' }, expirationTtl: 60 };
      const [put, found] = await kv(
        { method: 'put', key: 'brief', value: '1', options },
        { method: 'get', key: 'brief' },
      );

      expect(put).toEqual({});
      expect(found).toMatchObject({ value: { value: '1', metadata: options.metadata } });
    });

    test('lists a prefix in pages', async () => {
      const expiration = Math.floor(Date.now() / 1_000) + 3_600;
      const [, , , page] = await kv(
        { method: 'put', key: 'l/1', value: '', options: { expiration } },
        { method: 'put', key: 'l/2', value: '', options: { metadata: { n: 2 } } },
        { method: 'put', key: 'l/3', value: '' },
        { method: 'list', options: { prefix: 'l/', limit: 2 } },
      );

      const first = [
        { name: 'l/1', expiration },
        { name: 'l/2', metadata: { n: 2 } },
      ];
      expect(page).toMatchObject({
        value: { keys: first, list_complete: false, cursor: expect.any(String) },
      });
      const cursor = JSON.parse(JSON.stringify(page)).value.cursor;
      const [rest] = await kv({ method: 'list', options: { prefix: 'l/', limit: 2, cursor } });
      expect(rest).toMatchObject({ value: { keys: [{ name: 'l/3' }], list_complete: true } });
    });

    test.each<[KvCall, string]>([
      [
        { method: 'get', key: 'k', cacheTtl: 29 },
        'GET failed: 400 Invalid cache_ttl of 29. Cache TTL must be at least 30.',
      ],
      [{ method: 'getMany', keys: [] }, 'GET_BULK failed: 400 You must request a minimum of 1 key'],
      [
        { method: 'getMany', keys: Array.from({ length: 101 }, (_, n) => `k${n}`) },
        'GET_BULK failed: 400 You can request a maximum of 100 keys',
      ],
      [{ method: 'getMany', keys: ['k', ''] }, 'GET_BULK failed: 400 Key names must not be empty'],
      [
        { method: 'getMany', keys: ['.'] },
        'GET_BULK failed: 400 Illegal key name ".". Please use a different name.',
      ],
      [
        { method: 'getMany', keys: ['k', '..'] },
        'GET_BULK failed: 400 Illegal key name "..". Please use a different name.',
      ],
      [
        { method: 'list', options: { prefix: 'é'.repeat(257) } },
        'GET failed: 414 UTF-8 encoded length of 514 exceeds key length limit of 512.',
      ],
      [
        { method: 'put', key: 'k', value: '', options: { expirationTtl: 59 } },
        'PUT failed: 400 Invalid expiration_ttl of 59. Expiration TTL must be at least 60.',
      ],
      [
        { method: 'put', key: 'k', value: '', options: { expirationTtl: -1 } },
        'PUT failed: 400 Invalid expiration_ttl of -1. Please specify integer greater than 0.',
      ],
      [
        { method: 'put', key: 'k', value: '', options: { expiration: 1 } },
        'PUT failed: 400 Invalid expiration of 1. Please specify integer greater than the current number of seconds since the UNIX epoch.',
      ],
      [
        { method: 'put', key: 'k', bytes: 26_214_401 },
        'PUT failed: 413 Value length of 26214401 exceeds limit of 26214400.',
      ],
      [
        { method: 'put', key: 'k'.repeat(513), value: '' },
        'PUT failed: 414 UTF-8 encoded length of 513 exceeds key length limit of 512.',
      ],
      [
        { method: 'put', key: 'k', value: '', options: { metadata: 'm'.repeat(1_023) } },
        'PUT failed: 413 Metadata length of 1025 exceeds limit of 1024.',
      ],
      [
        { method: 'list', options: { limit: 1_001 } },
        'GET failed: 400 Invalid key_count_limit of 1001. Please specify an integer less than 1000.',
      ],
    ])('refuses %j', async (call, message) => {
      expect(await kv(call)).toEqual([{ error: `KV ${message}` }]);
    });
  });
}
