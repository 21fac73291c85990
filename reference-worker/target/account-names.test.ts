import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accountNames } from './account-names.ts';

const seeds = fc.integer({ min: 0, max: 999_999_999 });
const nearOf = (seed: number): readonly string[] => {
  const { subject, neighbour, elsewhere } = accountNames(seed);
  return [subject, neighbour, elsewhere];
};

test('names are DNS labels, and no two are equal', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const names = Object.values(accountNames(seed));

      expect(new Set(names).size).toBe(4);
      for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);
    }),
  );
});

test('of one deployment a name begins another, and a name ends another', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const near = nearOf(seed);
      const isPart = (of: (name: string, part: string) => boolean): boolean =>
        near.some((name) => near.some((part) => part !== name && of(name, part)));

      expect(isPart((name, part) => name.startsWith(part))).toBe(true);
      expect(isPart((name, part) => name.endsWith(part))).toBe(true);
    }),
  );
});

test('a hundred seeds in a row have the subject first, last and between the two others', () => {
  const places = new Set(
    Array.from({ length: 100 }, (_, seed) => nearOf(seed).toSorted().indexOf(accountNames(seed).subject)),
  );

  expect(places).toEqual(new Set([0, 1, 2]));
});
