import { expect, test } from 'vitest';
import { VersionMemory } from './versions.ts';

test('the memory stays within its limit and forgets what was seen longest ago', () => {
  const seen = new VersionMemory(2);
  seen.saw('a', 5);
  seen.saw('b', 5);
  seen.saw('a', 6);
  seen.saw('c', 5);
  expect([seen.saw('a', 1), seen.saw('c', 1), seen.saw('b', 1)]).toEqual([6, 5, 0]);
});
