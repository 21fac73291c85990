import { describe, expect, test } from 'vitest';
import { decode, type Operation } from '../target/index.ts';
import { system } from './system.ts';

const place = { resource: 'clients', id: 'c' } as const;
const answer = (operation: Operation, status: number, json: unknown, headers = {}) =>
  decode(system, operation, { status, headers, body: json === undefined ? '' : JSON.stringify(json) });

describe('the outcome of an error', () => {
  const errors: [string, Operation, object, string][] = [
    ['of a missing document', { kind: 'read', ...place }, { code: 'not_found', definite: true }, 'absent'],
    ['that is definite', { kind: 'delete', ...place }, { code: 'overloaded', definite: true }, 'refused'],
    ['that is not', { kind: 'delete', ...place }, { code: 'outcome_unknown', definite: false }, 'unknown'],
    ['of a write that does not say', { kind: 'delete', ...place }, { code: 'x' }, 'unknown'],
    ['of a read that does not say', { kind: 'read', ...place }, { code: 'x' }, 'refused'],
  ];

  test.each(errors)('%s', (_, operation, json, outcome) => {
    expect(answer(operation, 503, json).outcome).toBe(outcome);
  });
});

test('a read shows its document', () => {
  const { documents, etag } = answer(
    { kind: 'read', ...place },
    200,
    { id: 'c', _version: 2, body: { a: 1 } },
    { etag: '"2"' },
  );

  expect(documents).toEqual([{ id: 'c', version: 2, body: { a: 1 } }]);
  expect(etag).toBe('"2"');
});

test('a deletion has its version in the ETag', () => {
  expect(answer({ kind: 'delete', ...place }, 204, undefined, { etag: '"4"' }).documents).toEqual([
    { id: 'c', version: 4 },
  ]);
});

test('a batch and a list show all of their documents, in order', () => {
  const documents = [1, 2].map((version) => ({ id: `c${version}`, _version: version }));

  const batch = answer({ kind: 'batch', writes: [] }, 200, { results: documents });
  const list = answer({ kind: 'list', resource: 'clients' }, 200, { items: documents, cursor: null });

  expect(batch.documents.map(({ id }) => id)).toEqual(['c1', 'c2']);
  expect(list.documents).toEqual(batch.documents);
  expect(list.cursor).toBeNull();
});

test('nothing is shown by a 304', () => {
  expect(answer({ kind: 'read', ...place }, 304, undefined).documents).toEqual([]);
});

test('evidence is read where it is given', () => {
  const headers = {
    'server-timing': 'route;dur=1, d1;dur=2.5;desc="WEUR replica", kv;dur=1',
    'x-cache': 'miss',
  };

  const { servedBy, cache } = answer({ kind: 'read', ...place }, 404, { code: 'not_found' }, headers);

  expect([servedBy, cache]).toEqual(['WEUR replica', 'miss']);
});
