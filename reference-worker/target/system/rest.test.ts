import { describe, expect, test } from 'vitest';
import type { Operation } from '../operation.ts';
import { bearer, decode, defineSystem, encode, type RestOptions, rest } from './index.ts';

const systemWith = (more: Partial<RestOptions> = {}) =>
  defineSystem({
    ...{
      name: 'things',
      request: { identify: bearer, bookmarkHeader: 'X-Position' },
      resources: { boxes: {} },
    },
    ...rest({ path: '/api/:resource', ...more }),
  });
const box = { resource: 'boxes', id: 'b/1' } as const;
const read: Operation = { kind: 'read', ...box };
const answerTo = (operation: Operation, status: number, body: string, more?: Partial<RestOptions>) =>
  decode(systemWith(more), operation, { status, headers: { 'x-position': 'p' }, body });

describe('the usual requests', () => {
  const filter = { field: 'label', is: 'a&b' };
  test.each<[Operation, string, string | undefined]>([
    [read, 'GET /api/boxes/b%2F1', undefined],
    [{ kind: 'create', ...box, body: { a: 1 } }, 'POST /api/boxes', '{"a":1}'],
    [{ kind: 'put', ...box, body: {} }, 'PUT /api/boxes/b%2F1', '{}'],
    [{ kind: 'delete', ...box }, 'DELETE /api/boxes/b%2F1', undefined],
    [{ kind: 'list', resource: 'boxes', filter, limit: 2 }, 'GET /api/boxes?label=a%26b', undefined],
  ])('%o', (operation, line, body) => {
    const request = encode(systemWith(), operation);

    expect([`${request.method} ${request.path}`, request.body]).toEqual([line, body]);
  });

  test('name the page after in lists that have pages, and leave out what the Worker does not answer', () => {
    const paged = systemWith({ page: { next: 'next', parameter: 'after' }, without: ['put', 'delete'] });
    const { path } = encode(paged, { kind: 'list', resource: 'boxes', limit: 2, cursor: 'c' });

    expect(path).toBe('/api/boxes?limit=2&after=c');
    expect(Object.keys(paged.routes)).toEqual(['read', 'list', 'create', 'patch']);
  });
});

describe('the usual answers', () => {
  test('show documents with the id beside the content, and the position of the session', () => {
    expect(answerTo(read, 200, '{"id":7,"label":"x"}')).toMatchObject({
      ...{ outcome: 'ok', bookmark: 'p', documents: [{ id: '7', body: { label: 'x' } }] },
    });
  });

  test('show a list, by itself or in a member, with the page after it', () => {
    const list: Operation = { kind: 'list', resource: 'boxes' };
    const page = { next: 'next', parameter: 'after' };

    expect(answerTo(list, 200, '[{"id":"a"},{"id":"b"}]').documents.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(answerTo(list, 200, '{"items":[{"id":"a"}],"next":"n"}', { items: 'items', page })).toMatchObject({
      ...{ documents: [{ id: 'a' }], cursor: 'n' },
    });
  });

  test.each<[string, Operation, number, string, string]>([
    ['a missing document', read, 404, '{}', 'absent'],
    ['a refusal', read, 403, '{}', 'refused'],
    ['a failed read', read, 500, '{}', 'refused'],
    ['a failed write', { kind: 'delete', ...box }, 502, '{}', 'unknown'],
    ['a deletion without content', { kind: 'delete', ...box }, 204, '', 'ok'],
    ['a deletion that says so', { kind: 'delete', ...box }, 200, '{"deleted":true}', 'ok'],
    ['a read that is no document', read, 200, '[]', 'unknown'],
  ])('%s', (_, operation, status, body, outcome) => {
    expect(answerTo(operation, status, body).outcome).toBe(outcome);
  });
});
