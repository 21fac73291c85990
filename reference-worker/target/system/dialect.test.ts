import { describe, expect, test } from 'vitest';
import { system } from '../../shared-shards/system.ts';
import { decode, encode, positionHeaders } from './dialect.ts';
import { cookiesIn, form } from './forms.ts';

const DONE = { outcome: 'ok', documents: [] } as const;
const place = { resource: 'clients', id: 'a b/c%' } as const;

describe('a request', () => {
  test('names what varies in its path, escaped', () => {
    expect(encode(system, { kind: 'read', ...place }).path).toBe('/v1/clients/a%20b%2Fc%25');
  });

  test('carries preconditions as headers', () => {
    const { headers } = encode(system, {
      kind: 'put',
      ...place,
      body: {},
      ifMatch: '"3"',
      ifNoneMatch: '*',
    });

    expect(headers).toMatchObject({ 'if-match': '"3"', 'if-none-match': '*' });
  });

  test('says what its body is: JSON, or what the route calls it', () => {
    const put = { method: 'PUT', path: '/:id', json: () => ({}) };
    const patch = { ...put, method: 'PATCH', contentType: 'application/merge-patch+json' };
    const own = { ...system, routes: { put, patch, delete: { method: 'DELETE', path: '/:id' } } };
    const typeOf = (kind: 'put' | 'patch' | 'delete') =>
      encode(own, { kind, ...place, body: {} }).headers['content-type'];

    expect([typeOf('put'), typeOf('patch'), typeOf('delete')]).toEqual([
      'application/json',
      'application/merge-patch+json',
      undefined,
    ]);
  });

  test('fills in a form, and a deletion by one has no fields', () => {
    const own = { ...system, routes: { create: form('/:resource'), delete: form('/:id/remove') } };

    const [made, removed] = (['create', 'delete'] as const).map((kind) =>
      encode(own, { kind, ...place, body: { a: 'x&y', n: 1 } }),
    );

    expect(made).toMatchObject({ method: 'POST', body: 'a=x%26y&n=1' });
    expect(made?.headers).toEqual({ 'content-type': 'application/x-www-form-urlencoded' });
    expect(removed?.path).toBe('/a%20b%2Fc%25/remove');
    expect(encode(own, { kind: 'delete', ...place }).body).toBe('');
  });

  test('leaves out what is not asked for', () => {
    const request = encode(system, { kind: 'list', resource: 'clients' });

    expect(request).toEqual({ method: 'GET', path: '/v1/clients', headers: {} });
  });

  test('carries a search, escaped', () => {
    const filter = { field: 'surname', prefix: 'O%&=' };

    const { path } = encode(system, {
      kind: 'list',
      resource: 'clients',
      filter,
      limit: 2,
      cursor: 'x+y',
    });

    expect(path).toBe('/v1/clients?surname.prefix=O%25%26%3D&limit=2&cursor=x%2By');
  });

  test('of a kind without a route is refused', () => {
    const without = { ...system, routes: {} };

    expect(() => encode(without, { kind: 'read', ...place })).toThrow('shared-shards has no route for read');
  });
});

test('a session that keeps its position in a cookie sends it in one, and finds it among others', () => {
  const own = { ...system, request: { identify: () => ({}), bookmarkCookie: 'position' } };
  const dated = 'theme=dark; Expires=Wed, 21 Oct 2026 07:28:00 GMT, position=b-2; Path=/; HttpOnly';
  const response = { status: 200, headers: { 'set-cookie': dated }, body: '{"_version":1}' };

  expect(positionHeaders(own.request, 'b-1')).toEqual({ cookie: 'position=b-1' });
  expect(decode({ ...own, answer: () => DONE }, { kind: 'read', ...place }, response).bookmark).toBe('b-2');
  expect(cookiesIn(response)).toEqual({ theme: 'dark', position: 'b-2' });
  expect(cookiesIn({ headers: {} })).toEqual({});
});

describe('a response that the system cannot read', () => {
  const garbled = (status: number) => ({ status, headers: {}, body: '<html>' });

  test('after a write leaves it open whether the write happened', () => {
    expect(decode(system, { kind: 'delete', ...place }, garbled(404)).outcome).toBe('unknown');
  });

  test('with an error status after a read is a refusal, and with success is not believed', () => {
    const outcomes = [503, 200].map(
      (status) => decode(system, { kind: 'read', ...place }, garbled(status)).outcome,
    );

    expect(outcomes).toEqual(['refused', 'unknown']);
  });

  test('says why', () => {
    expect(decode(system, { kind: 'read', ...place }, garbled(200)).unreadable).toContain('SyntaxError');
  });
});
