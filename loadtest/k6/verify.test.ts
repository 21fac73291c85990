import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Expected } from './shapes.ts';
import { type Verified, verifyBody } from './verify.ts';
import { VersionMemory } from './versions.ts';

/** The verifier's kill table: each way a response can be wrong, and the counter it must raise. */

const canary = (id: string, version: number, account = 'acme', collection = 'clients'): string =>
  `canary:${account}:${collection}:${id}:v${version}`;
const client = (id: string, version: number, more: Record<string, unknown> = {}): object => ({
  id,
  _version: version,
  body: { canary: canary(id, version), surname: 'Okafor', ...more },
});
const note = (id: string): object => ({
  id,
  _version: 1,
  body: { canary: canary(id, 1, 'acme', 'notes'), clientId: 'cl-0000001' },
});
const page = (...items: object[]): object => ({ items, cursor: null });

const oneClient: Expected = { account: 'acme', shape: 'document', collection: 'clients', id: 'cl-0000001' };
const clients: Expected = {
  account: 'acme',
  shape: 'list',
  collection: 'clients',
  limit: 2,
  filter: { field: 'surname', match: 'prefix', value: 'oka' },
};
const notes: Expected = { account: 'acme', shape: 'list', collection: 'notes', limit: 2, mustShow: 'no-2' };
const join: Expected = { account: 'acme', shape: 'finances', clientId: 'cl-0000001' };
const receipt: Expected = {
  account: 'acme',
  shape: 'receipt',
  collection: 'clients',
  id: 'cl-0000001',
  version: 4,
};

const finance = (id: string, clientId: string): object => ({
  id,
  _version: 1,
  body: { canary: canary(id, 1, 'acme', 'finances'), clientId },
});

const received = (body: unknown) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { body: text, json: () => JSON.parse(text) };
};

function verify(body: unknown, expected: Expected, seenVersion = 0): Verified {
  const seen = new VersionMemory(16);
  if (seenVersion > 0) seen.saw('clients/cl-0000001', seenVersion);
  return verifyBody(received(body), expected, seen);
}

const kindsOf = ({ violations }: Verified): string[] => violations.map(({ kind }) => kind);

describe('right answers raise nothing', () => {
  test.each<[string, unknown, Expected, number]>([
    ['a document', client('cl-0000001', 3), oneClient, 1],
    ['a list', page(client('cl-0000001', 3), client('cl-0000002', 1)), clients, 2],
    ['an empty list', page(), clients, 0],
    [
      'a join',
      { client: { id: 'cl-0000001', _version: 3 }, items: [finance('fi-1', 'cl-0000001')] },
      join,
      1,
    ],
    ['a receipt', { id: 'cl-0000001', _version: 4 }, receipt, 0],
    ['a problem', { code: 'version_mismatch' }, { account: 'acme', shape: 'problem' }, 0],
    ['the own new note', page(note('no-3'), note('no-2')), notes, 2],
    ['a page that newer notes have filled', page(note('no-4'), note('no-3')), notes, 2],
  ])('%s', (_, body, expected, documents) => {
    const verified = verify(body, expected, 3);
    expect(verified.violations).toEqual([]);
    expect(verified.documents).toBe(documents);
  });
});

const foreign = canary('cl-0000001', 3, 'birch');

describe('isolation', () => {
  test.each<[string, unknown, Expected]>([
    ['the document of another account', client('cl-0000001', 3, { canary: foreign }), oneClient],
    [
      'a foreign item in a list',
      page(client('cl-0000001', 3), client('cl-0000002', 1, { canary: foreign })),
      clients,
    ],
    ['a foreign canary in a problem', { code: 'x', detail: foreign }, { account: 'acme', shape: 'problem' }],
    ['a foreign canary in a body that does not parse', `{"id": "cl-0000001", "${foreign}`, oneClient],
    [
      'an account whose name begins like the own',
      page({ ...client('x', 1), body: { canary: canary('x', 1, 'acme2') } }),
      clients,
    ],
  ])('%s', (_, body, expected) => {
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
  test.each<[string, unknown, Expected]>([
    ['a document', client('cl-0000001', 2), oneClient],
    ['a list item', page(client('cl-0000001', 2)), clients],
    ['the client of a join', { client: { id: 'cl-0000001', _version: 2 }, items: [] }, join],
  ])('%s older than this user has seen', (_, body, expected) => {
    expect(kindsOf(verify(body, expected, 3))).toEqual(['stale']);
  });

  test.each([
    ['missing from a page with room', page(note('no-1'))],
    ['missing between newer and older notes', page(note('no-3'), note('no-1'))],
    ['missing from an empty list', page()],
  ])('the own note is %s', (_, body) => {
    expect(kindsOf(verify(body, notes))).toEqual(['stale']);
  });

  test('an own write counts as seen', () => {
    const seen = new VersionMemory(16);
    verifyBody(received({ id: 'cl-0000001', _version: 4 }), receipt, seen);
    expect(kindsOf(verifyBody(received(client('cl-0000001', 3)), oneClient, seen))).toEqual(['stale']);
  });

  test('what is remembered never falls, whatever the order of the answers', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (versions) => {
        const seen = new VersionMemory(4);
        let newest = 0;
        for (const version of versions) {
          const verified = verifyBody(received(client('cl-0000001', version)), oneClient, seen);
          expect(kindsOf(verified)).toEqual(version < newest ? ['stale'] : []);
          newest = Math.max(newest, version);
        }
      }),
    );
  });
});

describe('corruption', () => {
  const wrote: Expected = { ...oneClient, written: { version: 3, field: 'editMark', value: 'mine' } };
  test.each<[string, unknown, Expected]>([
    ['JSON that is cut off', '{"id": "cl-0000001", "_ver', oneClient],
    ['a body that is no object', '[]', oneClient],
    ['an empty body', '', oneClient],
    ['another id than asked for', client('cl-0000002', 3), oneClient],
    [
      'ids swapped between two documents',
      { ...client('cl-0000001', 3), body: { canary: canary('cl-0000002', 3) } },
      oneClient,
    ],
    [
      'the canary of another collection',
      client('cl-0000001', 3, { canary: canary('cl-0000001', 3, 'acme', 'users') }),
      oneClient,
    ],
    ['a canary of another version', client('cl-0000001', 3, { canary: canary('cl-0000001', 2) }), oneClient],
    ['no canary', { id: 'cl-0000001', _version: 3, body: {} }, oneClient],
    [
      'a second canary of the own account',
      client('cl-0000001', 3, { next: canary('cl-0000002', 1) }),
      oneClient,
    ],
    ['no version', { id: 'cl-0000001', body: { canary: foreign.replace('birch', 'acme') } }, oneClient],
    ['a list without items', { cursor: null }, clients],
    ['more items than asked for', page(client('a', 1), client('b', 1), client('c', 1)), clients],
    ['an item that does not match the filter', page(client('cl-0000001', 1, { surname: 'Ng' })), clients],
    [
      'finances of another client',
      { client: { id: 'cl-0000001', _version: 3 }, items: [finance('fi-1', 'cl-0000002')] },
      join,
    ],
    ['a join of another client', { client: { id: 'cl-0000002', _version: 3 }, items: [] }, join],
    ['a receipt for another version', { id: 'cl-0000001', _version: 5 }, receipt],
    ['a receipt for another document', { id: 'cl-0000002', _version: 4 }, receipt],
    ['an own write replaced at the same version', client('cl-0000001', 3, { editMark: 'theirs' }), wrote],
    [
      'a document in a problem',
      { code: 'x', detail: canary('cl-0000001', 3) },
      { account: 'acme', shape: 'problem' },
    ],
  ])('%s', (_, body, expected) => {
    expect(kindsOf(verify(body, expected))).toContain('corrupt');
  });
});
