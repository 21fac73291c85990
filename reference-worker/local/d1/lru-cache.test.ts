import { expect, test } from 'vitest';
import { LruCache } from './lru-cache.ts';

test('holds no more than its capacity and drops what was not used for longest', () => {
  const cache = new LruCache<number>(2);
  cache.set('a', 1);
  cache.set('b', 2);

  cache.get('a');
  cache.set('c', 3);

  expect(cache.get('a')).toBe(1);
  expect(cache.get('b')).toBeUndefined();
  expect(cache.get('c')).toBe(3);
});
