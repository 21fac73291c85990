import { describe, expect, test } from 'vitest';
import { bookmarkOwner, bookmarkToken } from '../src/bookmarks.ts';
import { bindings, type Call, call, create } from './client.ts';
import { meddled } from './faulty-d1.ts';

const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;
const SOME_BOOKMARK = '00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683';

/** Sends a request and tells how the Worker opened its D1 session. */
async function sessionOf(
  method: string,
  path: string,
  options: Call = {},
): Promise<[string | undefined, Response]> {
  const sessions: (string | undefined)[] = [];
  const watched = meddled(bindings.SHARD_EU_1, { onSession: (constraint) => sessions.push(constraint) });
  const response = await call(method, path, { ...options, bindings: { ...bindings, SHARD_EU_1: watched } });
  expect(sessions).toHaveLength(1);
  return [sessions[0], response];
}

const tokenFor = (
  bookmark: string,
  account = 'acme',
  shard = 'eu-1',
  secret = bindings.SEAL_SECRET,
): Promise<string> => bookmarkToken(bookmark, secret, bookmarkOwner(account, shard));

describe('x-d1-bookmark', () => {
  test.each<[string, string, unknown]>([
    ['POST', '/v1/clients', { id: 'b1', body: {} }],
    ['GET', '/v1/clients/b1', undefined],
    ['PATCH', '/v1/clients/b1', { body: {} }],
    ['GET', '/v1/clients', undefined],
    ['GET', '/v1/clients/b1/finances', undefined],
    ['POST', '/v1/batch', { operations: [{ op: 'delete', collection: 'clients', id: 'b1' }] }],
    ['GET', '/v1/clients/b1', undefined],
  ])('is returned by %s %s, which touched the shard', async (method, path, body) => {
    const response = await call(method, path, body === undefined ? {} : { body });

    expect(response.headers.get('x-d1-bookmark')?.split('.')[0]).toMatch(BOOKMARK);
  });

  test('is not returned by a request that never touched the shard', async () => {
    for (const path of ['/v1/clients?limit=0', '/v1/invoices/x', '/v1/clients/a:b']) {
      const response = await call('GET', path, {
        headers: { 'x-d1-bookmark': await tokenFor(SOME_BOOKMARK) },
      });
      expect([response.ok, response.headers.get('x-d1-bookmark')]).toEqual([false, null]);
    }
  });

  test('that a write returned opens the next session at that very position', async () => {
    const token = (await create('clients', 'b2', {})).headers.get('x-d1-bookmark') ?? '';

    for (const [method, path, body] of [
      ['GET', '/v1/clients/b2', undefined],
      ['GET', '/v1/clients?sort=-id', undefined],
      ['GET', '/v1/clients/b2/finances', undefined],
      ['PUT', '/v1/clients/b2', { body: {} }],
    ] as const) {
      const [constraint] = await sessionOf(method, path, { headers: { 'x-d1-bookmark': token }, body });
      expect(constraint).toBe(token.split('.')[0]);
    }
  });

  test('absent: the first read may go anywhere', async () => {
    expect((await sessionOf('GET', '/v1/clients'))[0]).toBe('first-unconstrained');
  });

  test.each<[string, () => Promise<string>]>([
    ['garbage', async () => 'zzz-not-a-bookmark'],
    ['empty', async () => ''],
    ["one of D1's own words", async () => 'first-unconstrained'],
    ['a bare bookmark, unsigned', async () => SOME_BOOKMARK],
    ['a far future one, unsigned', async () => SOME_BOOKMARK.replace(/^0{8}/, 'ffffffff')],
    ["another account's", () => tokenFor(SOME_BOOKMARK, 'birch')],
    ["another shard's", () => tokenFor(SOME_BOOKMARK, 'acme', 'eu-2')],
    ["another deployment's", () => tokenFor(SOME_BOOKMARK, 'acme', 'eu-1', 'another secret')],
    ['signed but not of the documented shape', () => tokenFor('zzz-not-a-bookmark')],
    ['a word, signed', () => tokenFor('first-unconstrained')],
    ['edited', async () => (await tokenFor(SOME_BOOKMARK)).replace('00000085', '00000084')],
  ])('%s falls back to the primary and is never echoed', async (_, token) => {
    const sent = await token();

    const [constraint, response] = await sessionOf('GET', '/v1/clients', {
      headers: { 'x-d1-bookmark': sent },
    });

    expect(constraint).toBe('first-primary');
    expect(response.status).toBe(200);
    const [returned] = response.headers.get('x-d1-bookmark')?.split('.') ?? [];
    expect(returned).toMatch(BOOKMARK);
    expect(returned).not.toBe(sent.split('.')[0]);
  });

  test('is returned with errors too: a refused write has seen a position, a lost reply may have moved it', async () => {
    const token = (await create('clients', 'b3', {})).headers.get('x-d1-bookmark') ?? '';
    const headers = { 'x-d1-bookmark': token, 'if-match': '"9"' };
    const refused = await call('PATCH', '/v1/clients/b3', { headers, body: { body: {} } });
    const lossy = meddled(bindings.SHARD_EU_1, {
      after: () => {
        throw new Error('D1_ERROR: Network connection lost.');
      },
    });
    const lost = await call('PUT', '/v1/clients/b3', {
      body: { body: {} },
      bindings: { ...bindings, SHARD_EU_1: lossy },
    });

    expect([refused.status, lost.status]).toEqual([412, 503]);
    for (const response of [refused, lost]) {
      const returned = response.headers.get('x-d1-bookmark') ?? '';
      expect(returned >= token).toBe(true);
    }
  });
});
