import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { received } from '../testing/received.ts';
import type { Expected } from './shapes.ts';
import { client, foreign, memoryOf, oneClient, RIGHT, receipt, textOf, WRONG } from './testing/answers.ts';
import { isNeverStored, type Verified, verifyBody } from './verify.ts';
import { VersionMemory } from './versions.ts';

/** @param seenVersion of the client cl-0000001 */
function verify(body: unknown, expected: Expected, seenVersion = 1): Verified {
  return verifyBody(received(textOf(body)), expected, memoryOf(seenVersion));
}

const kindsOf = ({ violations }: Verified): string[] => violations.map(({ kind }) => kind);

describe('right answers raise nothing', () => {
  test.each(RIGHT)('$name', ({ body, expected, documents }) => {
    const verified = verify(body, expected, 3);

    expect(verified.violations).toEqual([]);
    expect(verified.documents).toBe(documents);
  });
});

describe('isolation', () => {
  test.each(WRONG.isolation)('$name', ({ body, expected }) => {
    expect(kindsOf(verify(body, expected))).toContain('isolation');
  });

  test('a foreign canary is found in any field, at any depth', () => {
    const places = fc.letrec((tie) => ({
      place: fc.oneof(
        { depthSize: 'small' },
        fc.constant<unknown>(foreign),
        fc.record({ address: tie('place') }),
        fc.array(tie('place'), { minLength: 1, maxLength: 3 }),
      ),
    })).place;
    fc.assert(
      fc.property(places, (value) => {
        expect(kindsOf(verify(client('cl-0000001', 3, { hidden: value }), oneClient))).toContain('isolation');
      }),
    );
  });
});

describe('staleness', () => {
  test.each(WRONG.stale)('$name', ({ body, expected }) => {
    expect(kindsOf(verify(body, expected, 3))).toEqual(['stale']);
  });

  test('an own write counts as seen', () => {
    const seen = new VersionMemory(16);
    verifyBody(received(textOf({ id: 'cl-0000001', _version: 4 })), receipt, seen);
    expect(kindsOf(verifyBody(received(textOf(client('cl-0000001', 3))), oneClient, seen))).toEqual([
      'stale',
    ]);
  });

  test('what is remembered never falls, whatever the order of the answers', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (versions) => {
        const seen = new VersionMemory(4);
        let newest = 0;
        for (const version of versions) {
          const verified = verifyBody(received(textOf(client('cl-0000001', version))), oneClient, seen);
          expect(kindsOf(verified)).toEqual(version < newest ? ['stale'] : []);
          newest = Math.max(newest, version);
        }
      }),
    );
  });
});

describe('corruption', () => {
  test.each(WRONG.corrupt)('$name', ({ body, expected }) => {
    expect(kindsOf(verify(body, expected))).toContain('corrupt');
  });
});

test.each([
  ['private, no-store', true],
  ['no-store, private', true],
  ['No-Store,PRIVATE', true],
  ['private, no-store, max-age=0', true],
  ['private', false],
  ['no-store', false],
  ['private="set-cookie", no-store', false],
  ['public, max-age=60', false],
  ['', false],
  [undefined, false],
])('Cache-Control: %s forbids every cache to store: %s', (caching, isForbidden) => {
  expect(isNeverStored(caching)).toBe(isForbidden);
});
