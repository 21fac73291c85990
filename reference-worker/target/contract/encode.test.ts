import { describe, expect, test } from 'vitest';
import { adapter } from '../../shared-shards/adapter.ts';
import { decode, encode } from './encode.ts';

const place = { collection: 'clients', id: 'a b/c%' } as const;

describe('a request', () => {
  test('names what varies in its path, escaped', () => {
    expect(encode(adapter, { kind: 'read', ...place }).path).toBe('/v1/clients/a%20b%2Fc%25');
  });

  test('carries preconditions as headers', () => {
    const { headers } = encode(adapter, {
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
    const own = { ...adapter, routes: { put, patch, delete: { method: 'DELETE', path: '/:id' } } };
    const typeOf = (kind: 'put' | 'patch' | 'delete') =>
      encode(own, { kind, ...place, body: {} }).headers['content-type'];

    expect([typeOf('put'), typeOf('patch'), typeOf('delete')]).toEqual([
      'application/json',
      'application/merge-patch+json',
      undefined,
    ]);
  });

  test('leaves out what is not asked for', () => {
    const request = encode(adapter, { kind: 'list', collection: 'clients' });

    expect(request).toEqual({ method: 'GET', path: '/v1/clients', headers: {} });
  });

  test('carries a search, escaped', () => {
    const filter = { field: 'surname', prefix: 'O%&=' };

    const { path } = encode(adapter, {
      kind: 'list',
      collection: 'clients',
      filter,
      limit: 2,
      cursor: 'x+y',
    });

    expect(path).toBe('/v1/clients?surname.prefix=O%25%26%3D&limit=2&cursor=x%2By');
  });

  test('of a kind without a route is refused', () => {
    const without = { ...adapter, routes: {} };

    expect(() => encode(without, { kind: 'read', ...place })).toThrow('reference has no route for read');
  });
});

describe('a response that the adapter cannot read', () => {
  const garbled = (status: number) => ({ status, headers: {}, body: '<html>' });

  test('after a write leaves it open whether the write happened', () => {
    expect(decode(adapter, { kind: 'delete', ...place }, garbled(404)).outcome).toBe('unknown');
  });

  test('with an error status after a read is a refusal, and with success is not believed', () => {
    const outcomes = [503, 200].map(
      (status) => decode(adapter, { kind: 'read', ...place }, garbled(status)).outcome,
    );

    expect(outcomes).toEqual(['refused', 'unknown']);
  });

  test('says why', () => {
    expect(decode(adapter, { kind: 'read', ...place }, garbled(200)).unreadable).toContain('SyntaxError');
  });
});
