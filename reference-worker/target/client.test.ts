import { describe, expect, test } from 'vitest';
import { system } from '../shared-shards/system.ts';
import type { HttpRequest, HttpResponse } from './answer.ts';
import { Client } from './client.ts';
import type { System } from './system/index.ts';
import type { Target } from './target.ts';
import type { TestAccount } from './test-account.ts';
import type { SendOptions } from './transport.ts';

const account: TestAccount = {
  role: 'subject',
  id: 'alder',
  token: 'own-token',
  urls: { LHR: 'http://lhr', EDI: 'http://edi' },
};
const read = { kind: 'read', resource: 'clients', id: 'c' } as const;

/** A client of a target that answers with these bookmarks, and what it sent. */
function clientOf(...bookmarks: (string | undefined)[]) {
  return clientWith(system, ...bookmarks);
}

function clientWith(system: System, ...bookmarks: (string | undefined)[]) {
  const sent: { url: string; request: HttpRequest; host: string | undefined }[] = [];
  const send = async (
    url: string,
    request: HttpRequest,
    { host }: SendOptions = {},
  ): Promise<HttpResponse> => {
    const bookmark = bookmarks[sent.length];
    sent.push({ url, request, host });
    const headers = { ...(bookmark !== undefined && { 'x-d1-bookmark': bookmark }) };
    return { status: 200, headers, body: '{"id":"c","_version":1,"body":{}}' };
  };
  const target: Target = {
    environment: 'remote',
    system,
    accounts: [account],
    pops: ['LHR', 'EDI'],
    lacks: () => undefined,
    send,
    settle: (work) => work,
  };
  const headersSent = () => sent.map(({ request }) => request.headers);
  return { client: new Client(target, account), sent, headersSent };
}

describe('a session', () => {
  test('sends back the newest bookmark it was given, and keeps it where a response has none', async () => {
    const { client, headersSent } = clientOf('one', undefined, 'two', 'three');

    for (let request = 0; request < 4; request++) await client.ask(read);

    expect(headersSent().map((headers) => headers['x-d1-bookmark'])).toEqual([
      undefined,
      'one',
      'one',
      'two',
    ]);
    expect(client.bookmark).toBe('three');
  });

  test("does not take over what somebody else's token was given", async () => {
    const { client } = clientOf('own', 'foreign');

    await client.ask(read);
    await client.ask(read, { token: 'foreign-token' });

    expect(client.bookmark).toBe('own');
  });
});

test('a request shows who asks, and enters at the first place', async () => {
  const { client, sent } = clientOf();

  await client.ask(read);

  expect(sent[0]).toMatchObject({
    url: 'http://lhr',
    host: undefined,
    request: { headers: { authorization: 'Bearer own-token' } },
  });
});

describe('an override', () => {
  test('of the token, the bookmark, a header, the path, the place and the host goes out', async () => {
    const { client, sent } = clientOf();

    await client.ask(read, {
      token: 'x',
      bookmark: 'b',
      headers: { 'x-a': '1' },
      path: '/y',
      pop: 'EDI',
      host: 'z',
    });

    const headers = { host: 'z', authorization: 'Bearer x', 'x-d1-bookmark': 'b', 'x-a': '1' };
    expect(sent[0]).toEqual({
      url: 'http://edi',
      host: 'z',
      request: { method: 'GET', path: '/y', headers, body: undefined },
    });
  });

  test('takes credentials and bookmark away', async () => {
    const { client, headersSent } = clientOf('one');
    await client.ask(read);

    await client.ask(read, { token: null, bookmark: null });

    expect(headersSent()[1]).toEqual({});
  });
});

describe('headers', () => {
  const cookies: System = {
    ...system,
    request: { bookmarkHeader: 'Cookie', identify: (token) => ({ Cookie: `session=${token}` }) },
    answer: (...args) => ({ ...system.answer(...args), bookmark: 'position=7' }),
  };

  test('of cookies are one: a session and a position do not take the place of each other', async () => {
    const { client, headersSent } = clientWith(cookies);

    await client.ask(read);
    await client.ask(read);
    await client.ask(read, { headers: { cookie: 'account=other' } });

    expect(headersSent()).toEqual([
      { cookie: 'session=own-token' },
      { cookie: 'session=own-token; position=7' },
      { cookie: 'session=own-token; position=7; account=other' },
    ]);
  });

  test('of other names are replaced, however they are spelt, or taken away', async () => {
    const { client, headersSent } = clientOf();

    await client.ask(read, { headers: { Authorization: 'other' } });
    await client.ask(read, { headers: { Authorization: undefined } });

    expect(headersSent()).toEqual([{ authorization: 'other' }, {}]);
  });
});
