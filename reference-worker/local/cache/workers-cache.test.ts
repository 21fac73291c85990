import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import type { StoredResponse } from './stored-responses.ts';
import { type FrontRequest, WorkersCache } from './workers-cache.ts';

const request: FrontRequest = { worker: 'documents', path: '/a?b=1', headers: {} };
const saying = (control: string): StoredResponse => ({
  status: 200,
  statusText: 'OK',
  headers: [['cache-control', control]],
  body: Buffer.from('body'),
});
const open = () => {
  const clock = new VirtualClock();
  return { clock, cache: new WorkersCache(clock, () => 0) };
};

/** What becomes of a response that has been stale for half a minute, while the Worker answers and while it fails. */
test.each([
  ['max-age=60', undefined, 'STALE'],
  ['max-age=60, stale-if-error=30', undefined, undefined],
  ['max-age=60, stale-if-error=31', undefined, 'STALE'],
  ['max-age=60, stale-while-revalidate=31', 'UPDATING', 'STALE'],
  ['no-cache, stale-while-revalidate=91', 'UPDATING', 'STALE'],
  ['s-maxage=60, stale-while-revalidate=31, stale-if-error=31', undefined, undefined],
  ['max-age=60, must-revalidate, stale-if-error=31', undefined, undefined],
])('a stale answer: %s', async (control, whileAnswering, whileFailing) => {
  const { clock, cache } = open();

  cache.put(request, saying(control));
  await clock.advance(90_000);

  expect(cache.match(request, false)?.status).toBe(whileAnswering);
  expect(cache.match(request, true)?.status).toBe(whileFailing);
});

describe('the cache of a Worker', () => {
  test('is its own, and so are its purges', () => {
    const { cache } = open();
    const other = { ...request, worker: 'other' };

    cache.put(request, saying('max-age=60'));
    const found = cache.match(other, false);
    cache.purge('other', { purgeEverything: true });
    cache.purge('documents', { pathPrefixes: ['/b'], tags: ['none'] });

    expect(found).toBeUndefined();
    expect(cache.match(request, false)?.status).toBe('HIT');
  });
});
