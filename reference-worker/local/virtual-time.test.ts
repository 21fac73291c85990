import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { whileStepping } from './platform-control.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { startWorker } from './worker.ts';
import type { Platform } from './workers.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startWorker({
    entry: join(import.meta.dirname, 'testing', 'counter.ts'),
    stateDir: freshFolder(),
    databases: { DB: 'CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0)' },
    namespaces: ['CACHE'],
    behaviour: {
      latency: 'uk-eu',
      clock: 'virtual',
      faults: [{ id: 'slow', kind: 'kv-slow', operation: 'get', addMs: 700 }],
    },
  });
});
afterAll(() => platform?.stop());

test('a lost update shows that takes several short calls of one request within a long one of the other', async () => {
  const url = platform.deployments[0]?.urls.LHR ?? '';
  await whileStepping(platform.control, Promise.all([fetch(`${url}?warm-up`), fetch(`${url}?warm-up`)]));
  await platform.operator.query('DB', 'UPDATE counter SET n = 0');

  await whileStepping(platform.control, Promise.all([fetch(`${url}?between`), fetch(`${url}?lookups=5`)]));

  expect(await platform.operator.query('DB', 'SELECT n FROM counter')).toEqual([{ n: 1 }]);
});

test('the operator of a platform whose clock stands still is answered', async () => {
  const { query, put, get, keys, delete: remove } = platform.operator;

  await put('CACHE', 'k', { value: Buffer.from('v') });

  expect(await query('DB', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect((await get('CACHE', 'k'))?.value.toString()).toBe('v');
  expect(await keys('CACHE')).toEqual(['k']);
  await platform.control.advance(60_000);
  await remove('CACHE', 'k');
});
