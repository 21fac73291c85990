import { describe, expect, test } from 'vitest';
import { call, create, refusal } from './client.ts';

const batch = (operations: unknown, account = 'acme') =>
  call('POST', '/v1/batch', { account, body: { operations } });
const read = async (path: string, account = 'acme') => (await call('GET', `/v1/${path}`, { account })).status;

describe('a batch', () => {
  test('applies operations in order, on several collections, and returns each version', async () => {
    const response = await batch([
      { op: 'create', collection: 'clients', id: 'c1', body: { surname: 'Ito' } },
      { op: 'put', collection: 'groups', id: 'g1', body: { name: 'North' } },
      { op: 'patch', collection: 'clients', id: 'c1', body: { groupId: 'g1' }, ifMatch: '"1"' },
      { op: 'delete', collection: 'groups', id: 'g1' },
    ]);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      results: [
        { id: 'c1', _version: 1 },
        { id: 'g1', _version: 1 },
        { id: 'c1', _version: 2 },
        { id: 'g1', _version: 2 },
      ],
    });
    expect(await (await call('GET', '/v1/clients/c1')).json()).toMatchObject({
      body: { surname: 'Ito', groupId: 'g1' },
    });
  });

  test.each([
    ['an id that is taken', { op: 'create', collection: 'clients', id: 'taken', body: {} }, 409, 'id_taken'],
    [
      'a stale version',
      { op: 'patch', collection: 'clients', id: 'taken', body: {}, ifMatch: '"9"' },
      412,
      'precondition_failed',
    ],
    [
      'a document that exists',
      { op: 'put', collection: 'clients', id: 'taken', body: {}, ifNoneMatch: '*' },
      412,
      'precondition_failed',
    ],
    [
      'a document that does not exist',
      { op: 'delete', collection: 'clients', id: 'nobody' },
      404,
      'not_found',
    ],
    [
      'a field that is too long',
      { op: 'patch', collection: 'clients', id: 'taken', body: { surname: 'x'.repeat(201) } },
      400,
      'field_too_long',
    ],
  ])('happens not at all when it meets %s', async (_, refused, status, code) => {
    await call('PUT', '/v1/clients/taken', { body: { body: {} }, headers: { 'if-none-match': '*' } });

    const response = await batch([
      { op: 'create', collection: 'notes', id: 'first', body: {} },
      refused,
      { op: 'create', collection: 'notes', id: 'last', body: {} },
    ]);

    if (status !== 400) expect(await response.clone().text()).toContain('operation 1');
    expect(await refusal(response)).toEqual({ status, code, definite: true });
    expect([await read('notes/first'), await read('notes/last')]).toEqual([404, 404]);
  });

  test('cannot name or reach another account', async () => {
    await create('clients', 'theirs', { owner: 'birch' }, { account: 'birch' });

    const named = await batch([{ op: 'delete', collection: 'clients', id: 'theirs', account: 'birch' }]);
    const reached = await batch([{ op: 'delete', collection: 'clients', id: 'theirs' }]);
    const conditional = await batch([
      { op: 'patch', collection: 'clients', id: 'theirs', body: {}, ifMatch: '"1"' },
    ]);
    const control = await batch(
      [{ op: 'patch', collection: 'clients', id: 'theirs', body: {}, ifMatch: '"1"' }],
      'birch',
    );

    expect(await refusal(named)).toMatchObject({ code: 'invalid_request' });
    expect(await refusal(reached)).toMatchObject({ code: 'not_found' });
    expect(await refusal(conditional)).toMatchObject({ code: 'precondition_failed' });
    expect(control.status).toBe(200);
  });

  test.each([
    ['no operation', []],
    [
      '51 operations',
      Array.from({ length: 51 }, (_, i) => ({ op: 'put', collection: 'notes', id: `n${i}`, body: {} })),
    ],
    ['an unknown operation', [{ op: 'truncate', collection: 'notes', id: 'n1' }]],
    ['an unknown collection', [{ op: 'put', collection: 'account', id: 'acme', body: {} }]],
    ['a bad id', [{ op: 'put', collection: 'notes', id: 'a/b', body: {} }]],
    ['a body for delete', [{ op: 'delete', collection: 'notes', id: 'n1', body: {} }]],
    ['something else than a list', 'x'],
  ])('is refused with %s', async (_, operations) => {
    expect(await refusal(await batch(operations))).toEqual({
      status: 400,
      code: 'invalid_request',
      definite: true,
    });
  });

  test('takes 50 operations', async () => {
    const operations = Array.from({ length: 50 }, (_, i) => ({
      op: 'put',
      collection: 'notes',
      id: `m${i}`,
      body: {},
    }));

    expect((await batch(operations)).status).toBe(200);
  });
});
