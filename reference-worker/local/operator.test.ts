import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlatformError } from './errors.ts';
import { runningDatabases, tellDatabases } from './running.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { startWorker } from './worker.ts';
import type { Platform } from './workers.ts';

const stateDir = freshFolder();
let platform: Platform;
beforeAll(async () => {
  platform = await startWorker({
    entry: new URL('testing/probe-worker.ts', import.meta.url).pathname,
    stateDir,
    databases: { DB: 'CREATE TABLE t (n INTEGER, s TEXT)' },
    namespaces: ['CACHE'],
  });
});
afterAll(() => platform?.stop());

describe('the operator of a database', () => {
  test('writes and reads rows past the Worker', async () => {
    const { query } = platform.operator;

    await query('DB', 'INSERT INTO t VALUES (?1, ?2)', [7, 'seven']);

    expect(await query('DB', 'SELECT n, s FROM t')).toEqual([{ n: 7, s: 'seven' }]);
  });

  test('runs several statements in one transaction, and is told what each of them changed', async () => {
    const { query, batch } = platform.operator;

    const results = await batch('DB', [
      { sql: 'INSERT INTO t VALUES (1, ?1), (2, ?1)', params: ['of a batch'] },
      { sql: "SELECT count(*) AS n FROM t WHERE s = 'of a batch'" },
    ]);
    const refused = batch('DB', [{ sql: 'DELETE FROM t' }, { sql: 'SELECT * FROM elsewhere' }]);

    expect(results.map(({ changes, rows }) => ({ changes, rows }))).toEqual([
      { changes: 2, rows: [] },
      { changes: 0, rows: [{ n: 2 }] },
    ]);
    expect(results.every(({ durationMs }) => durationMs >= 0)).toBe(true);
    await expect(refused).rejects.toThrow('no such table: elsewhere');
    expect(await query('DB', "SELECT count(*) AS n FROM t WHERE s = 'of a batch'")).toEqual([{ n: 2 }]);
  });

  test("is told SQLite's own words for a mistake", async () => {
    const mistake = platform.operator.query('DB', 'SELECT * FROM elsewhere');

    await expect(mistake).rejects.toThrow(PlatformError);
    await expect(mistake).rejects.toThrow('no such table: elsewhere');
  });
});

describe('another process of this machine', () => {
  test('asks the databases of a running platform by its state folder, and is told their names', async () => {
    const { batch } = runningDatabases(stateDir);

    const [written, read] = await batch('DB', [
      { sql: "INSERT INTO t VALUES (11, 'from elsewhere')" },
      { sql: 'SELECT s FROM t WHERE n = 11' },
    ]);

    expect([written?.changes, read?.rows]).toEqual([1, [{ s: 'from elsewhere' }]]);
    await expect(batch('OTHER', [])).rejects.toThrow('no database OTHER; it has DB');
  });

  test('is refused where none runs, whatever one that was killed has left', () => {
    const left = freshFolder();
    tellDatabases(left, { DB: 'http://127.0.0.1:1' });

    expect(() => runningDatabases(left)).toThrow('no_platform');
    expect(() => runningDatabases(freshFolder())).toThrow('no_platform');
  });
});

describe('the operator of a namespace', () => {
  test('puts, reads, lists and deletes entries with their metadata', async () => {
    const { put, get, keys, delete: remove } = platform.operator;
    const key = 'v1:a/b?%2e é';

    await put('CACHE', key, { value: Buffer.from([0, 255]), metadata: '{"v":1}' });
    const entry = await get('CACHE', key);
    const listed = await keys('CACHE');
    await remove('CACHE', key);

    expect(entry).toEqual({ value: Buffer.from([0, 255]), metadata: '{"v":1}' });
    expect(listed).toEqual([key]);
    expect(await get('CACHE', key)).toBeUndefined();
  });

  test('lists more keys than one page holds', async () => {
    const names = Array.from({ length: 1_100 }, (_, index) => `k${String(index).padStart(4, '0')}`);
    for (const name of names) await platform.operator.put('CACHE', name, { value: Buffer.from('') });

    expect(await platform.operator.keys('CACHE')).toEqual(names);
  });

  test('is told what KV refuses', async () => {
    const refused = platform.operator.put('CACHE', 'x'.repeat(513), { value: Buffer.from('') });

    await expect(refused).rejects.toThrow('KV CACHE: ');
  });
});
