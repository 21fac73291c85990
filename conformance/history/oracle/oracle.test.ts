import { expect, test } from 'vitest';
import { compare } from './agreement.testing.ts';

/** `npm run internal -- prove:checker` compares two hundred thousand. */
const HISTORIES = 2_500;

test('every checker agrees with its definition on random histories, many of which break it', () => {
  const { broken, anyBroken } = compare(1, HISTORIES);

  expect(anyBroken / HISTORIES).toBeGreaterThan(0.4);
  const seldom = [...broken].filter(([, count]) => count / HISTORIES < 0.03);
  expect(seldom).toEqual([]);
});
