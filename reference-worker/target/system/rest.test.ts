import { describe, expect, test } from 'vitest';
import type { Operation } from '../operation.ts';
import {
  bearer,
  credentials,
  decode,
  defineSystem,
  encode,
  errorsIn,
  type RestOptions,
  rest,
} from './index.ts';

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

test('number pages, and say how many documents one has, as the Worker has it', () => {
  const numbered = systemWith({ page: { parameter: 'page', limit: 'per_page' } });
  const list = { kind: 'list', resource: 'boxes' } as const;
  const answered = (items: string, cursor?: string) =>
    answerTo({ ...list, ...(cursor && { cursor }) }, 200, items, { page: { parameter: 'page' } }).cursor;

  expect(encode(numbered, { ...list, limit: 2, cursor: '3' }).path).toBe('/api/boxes?per_page=2&page=3');
  expect([answered('[{"id":1}]'), answered('[{"id":1}]', '2'), answered('[]', '3')]).toEqual([
    '2',
    '3',
    null,
  ]);
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

  test('show a document in a member, and what is in a member of a member', () => {
    const enveloped: Partial<RestOptions> = {
      ...{ document: 'data', items: 'data.boxes', page: { next: 'meta.next', parameter: 'after' } },
    };
    const list: Operation = { kind: 'list', resource: 'boxes' };

    expect(answerTo(read, 200, '{"data":{"id":7,"label":"x"}}', enveloped).documents).toEqual([
      { id: '7', body: { label: 'x' } },
    ]);
    expect(answerTo(read, 200, '{"id":7}', enveloped).unreadable).toBeDefined();
    expect(answerTo(list, 200, '{"data":{"boxes":[{"id":"a"}]},"meta":{"next":9}}', enveloped)).toMatchObject(
      {
        ...{ documents: [{ id: 'a' }], cursor: '9' },
      },
    );
  });

  test('to a write may be a receipt, or name no document at all', () => {
    const put: Operation = { kind: 'put', ...box, body: { label: 'x' } };

    expect(answerTo(put, 200, '{"id":7,"label":"x","at":1}').documents[0]?.body).toEqual({
      label: 'x',
      at: 1,
    });
    expect(answerTo(put, 200, '{"id":7,"changed":true}').documents).toEqual([{ id: '7' }]);
    expect(answerTo(put, 200, '{"success":true}')).toMatchObject({ outcome: 'ok', documents: [] });
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

describe('a write that is answered by a redirect', () => {
  const create: Operation = { kind: 'create', ...box, body: {} };
  const sentTo = (operation: Operation, location: string) =>
    decode(systemWith(), operation, { status: 303, headers: { location }, body: '' });

  test('is done where that leads to what it made, or to its list', () => {
    expect(sentTo(create, '/api/boxes/b%2F7?new=1')).toMatchObject({
      outcome: 'ok',
      documents: [{ id: 'b/7' }],
    });
    expect(sentTo(create, 'https://host.example/api/boxes/7').documents).toEqual([{ id: '7' }]);
    expect(sentTo({ kind: 'delete', ...box }, '/api/boxes')).toMatchObject({ outcome: 'ok', documents: [] });
  });

  test.each([
    [create, '/sign-in'],
    [create, '/api/boxes-of-others/7'],
    [read, '/api/boxes/7'],
  ])('%o is refused where it leads to %s', (operation, location) => {
    expect(sentTo(operation, location).outcome).toBe('refused');
  });
});

test('what went wrong may be said in a member, whatever the status', () => {
  const system = { ...systemWith(), ...errorsIn('error', /no such/i, rest({ path: '/api/:resource' })) };
  const outcomeOf = (body: string) => decode(system, read, { status: 200, headers: {}, body }).outcome;

  expect(outcomeOf('{"error":"No such box."}')).toBe('absent');
  expect(outcomeOf('{"error":{"text":"Sign in."}}')).toBe('refused');
  expect(outcomeOf('{"id":1}')).toBe('ok');
});

test('a token may be several values, the last of which may be missing', () => {
  const identify = credentials((user, key) => ({ 'x-user': user, 'x-key': key }));

  expect(identify('alder its-key')).toEqual({ 'x-user': 'alder', 'x-key': 'its-key' });
  expect(identify('forged')).toEqual({ 'x-user': 'forged', 'x-key': '' });
});
