import { expect, test } from 'vitest';
import { VersionMemory } from './versions.ts';

test('the memory stays within its limit and forgets what was seen longest ago', () => {
  const seen = new VersionMemory(2);
  seen.saw('a', 5);
  seen.saw('b', 5);
  seen.saw('a', 6);
  seen.saw('c', 5);
  expect([seen.newest('a'), seen.newest('b'), seen.newest('c')]).toEqual([6, 0, 5]);
});
