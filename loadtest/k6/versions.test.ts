import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VersionMemory } from './versions.ts';

const LIMIT = 4;
const visits = fc.array(
  fc.record({
    document: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    version: fc.integer({ min: 1, max: 9 }),
  }),
);

test('never invents a version, and knows the newest of what was seen among the last half of its limit', () => {
  fc.assert(
    fc.property(visits, (all) => {
      const seen = new VersionMemory(LIMIT);
      for (const [at, { document, version }] of all.entries()) {
        const before = all.slice(0, at);
        const last = before.findLastIndex((visit) => visit.document === document);
        const since = new Set(before.slice(last + 1).map((visit) => visit.document));

        const newest = seen.saw(document, version);

        const versions = before.filter((visit) => visit.document === document).map((visit) => visit.version);
        expect([1, ...versions]).toContain(newest);
        if (last >= 0 && since.size <= LIMIT / 2)
          expect(newest).toBeGreaterThanOrEqual(all[last]?.version ?? 1);
      }
    }),
  );
});

test('forgets what was seen longer ago than its limit', () => {
  const seen = new VersionMemory(LIMIT);
  for (const document of ['a', 'b', 'c', 'd', 'e']) seen.saw(document, 5);

  expect([seen.saw('e', 1), seen.saw('a', 1)]).toEqual([5, 1]);
});

test('documents of which only version 1 was seen take no room', () => {
  const seen = new VersionMemory(LIMIT);
  seen.saw('edited', 2);
  for (let at = 0; at < 100; at += 1) seen.saw(`seeded-${at}`, 1);

  expect(seen.saw('edited', 1)).toBe(2);
});
