import { beforeEach, describe, expect, test } from 'vitest';
import { type Call, call, create } from './client.ts';

/** The same ids exist in both accounts on the same shard, and each negative has its positive control. */
describe('two accounts on one shard', () => {
  const owners = ['acme', 'birch'] as const;
  let documents = 0;

  beforeEach(async () => {
    for (const account of owners) {
      await call('PUT', '/v1/clients/same', {
        account,
        body: { body: { surname: account, secret: account } },
      });
      await call('PUT', '/v1/finances/same', {
        account,
        body: { body: { clientId: 'same', secret: account } },
      });
    }
  });

  test.each([
    'clients/same',
    'clients',
    'clients?sort=-id',
    'clients?sort=surname',
    'clients/same/finances',
    'finances?clientId=same',
  ])('GET %s shows the own documents and nothing of the other', async (path) => {
    for (const account of owners) {
      const text = await (await call('GET', `/v1/${path}`, { account })).text();
      expect(text).toContain(`"secret":"${account}"`);
      expect(text).not.toContain(`"secret":"${account === 'acme' ? 'birch' : 'acme'}"`);
    }
  });

  test.each<[string, string, Call]>([
    ['PUT', '/v1/clients/same', { body: { body: { secret: 'overwritten' } } }],
    ['PATCH', '/v1/clients/same', { body: { body: { secret: 'overwritten' } } }],
    ['DELETE', '/v1/clients/same', {}],
    ['POST', '/v1/batch', { body: { operations: [{ op: 'delete', collection: 'clients', id: 'same' }] } }],
  ])('%s %s by acme changes acme and leaves birch as it was', async (method, path, options) => {
    const before = await (await call('GET', '/v1/clients/same', { account: 'birch' })).text();

    const response = await call(method, path, options);

    expect(response.ok).toBe(true);
    expect(await (await call('GET', '/v1/clients/same', { account: 'birch' })).text()).toBe(before);
    expect(await (await call('GET', '/v1/clients/same')).text()).not.toContain('"secret":"acme"');
  });

  test.each<[string, Call]>([
    ['GET', {}],
    ['GET', { headers: { 'if-none-match': '"1"' } }],
    ['GET', { headers: { 'if-match': '"1"' } }],
    ['PATCH', { body: { body: {} } }],
    ['PATCH', { body: { body: {} }, headers: { 'if-match': '"1"' } }],
    ['DELETE', { headers: { 'if-match': '*' } }],
    ['DELETE', {}],
  ])('%s %o cannot tell a document of another account from none', async (method, options) => {
    const id = `theirs-${documents++}`;
    await create('clients', id, { secret: 'birch' }, { account: 'birch' });

    const theirs = await call(method, `/v1/clients/${id}`, options);
    const none = await call(method, '/v1/clients/never', options);
    const control = await call(method, `/v1/clients/${id}`, { ...options, account: 'birch' });

    expect(theirs.status).toBe(none.status);
    expect(await theirs.text()).toBe((await none.text()).replaceAll('never', id));
    expect([...theirs.headers.keys()]).toEqual([...none.headers.keys()]);
    expect(control.status).not.toBe(theirs.status);
  });

  test('POST by acme of an id that birch uses succeeds as if nobody had it', async () => {
    await create('clients', 'birch-only', { secret: 'birch' }, { account: 'birch' });

    const response = await call('POST', '/v1/clients', {
      body: { id: 'birch-only', body: { secret: 'acme' } },
    });
    const again = await call('POST', '/v1/clients', { body: { id: 'birch-only', body: {} } });

    expect([response.status, again.status]).toEqual([201, 409]);
  });
});
