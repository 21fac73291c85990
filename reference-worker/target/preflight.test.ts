import type { Server, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { mintToken } from '../shared-shards/token.ts';
import { preflight, type Target } from './index.ts';
import { documentStore, startTiny, tinyTarget } from './tiny-target.testing.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

type Answer = Parameters<typeof startTiny>[0];
async function serve(answer: Answer): Promise<string> {
  const { url, server } = await startTiny(answer);
  servers.push(server);
  return url;
}
const always =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (_, response: ServerResponse) =>
    void response.writeHead(status, headers).end(body);
const itself = (token: string): string => token;
const dateOf = (offsetMs: number) => (response: ServerResponse) =>
  void response.setHeader('date', new Date(Date.now() + offsetMs).toUTCString());

describe('a target in working order', () => {
  test('leaves no doubt, and nothing behind', async () => {
    const { documents, store } = documentStore(itself);

    expect(await preflight(tinyTarget(await serve(store)))).toEqual({ doubts: [], showsCache: false });
    expect([...documents]).toEqual([]);
  });

  test('that tells of a cache is known to have one', async () => {
    const { store } = documentStore(itself, (response) => void response.setHeader('x-cache', 'miss'));

    expect(await preflight(tinyTarget(await serve(store)))).toMatchObject({ showsCache: true });
  });

  test('may let a read lag behind a write for a while', async () => {
    let reads = 0;
    const { store } = documentStore(itself);
    const url = await serve((request, response) => {
      const isEarly = request.method === 'GET' && request.url?.endsWith('preflight-subject') && reads++ < 2;
      return isEarly ? always(404, '{"code":"not_found"}')(request, response) : store(request, response);
    });

    expect((await preflight(tinyTarget(url))).doubts).toEqual([]);
    expect(reads).toBeGreaterThan(2);
  });
});

describe('a clock that is wrong', () => {
  test.each([
    [-600_000, /is 60\d s behind this machine's|is 599 s/],
    [90_000, /is (8\d|90) s ahead of this machine's/],
  ])('by %i ms is a doubt that says so', async (offsetMs, words) => {
    const { store } = documentStore(itself, dateOf(offsetMs));

    const { doubts } = await preflight(tinyTarget(await serve(store)));

    expect(doubts).toHaveLength(1);
    expect(doubts[0]).toMatch(words);
  });

  test('by less than networks explain is none', async () => {
    const { store } = documentStore(itself, dateOf(20_000));

    expect((await preflight(tinyTarget(await serve(store)))).doubts).toEqual([]);
  });
});

describe('a Worker whose hosts and tokens the harness itself has made', () => {
  const refusing = always(421, '{"code":"host_mismatch","definite":true}');

  test('is left to the checks when it refuses what it must serve', async () => {
    const signing = { secret: 'a', tokenOf: async () => 'a.b.c' };
    const platform = { signing } as unknown as NonNullable<Target['platform']>;
    const target = { ...tinyTarget(await serve(refusing)), platform };

    expect((await preflight(target)).doubts).toEqual([]);
  });

  test('is the only one: at a URL the same refusal may be a mistake in the description', async () => {
    await expect(preflight(tinyTarget(await serve(refusing)))).rejects.toThrow('wrong_');
  });
});

describe('a mistake is told in one message with the next step', () => {
  const html = always(200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' });
  test.each<[string, Answer, RegExp]>([
    [
      '500 to everything',
      always(500, 'oops'),
      /^target_failing: .* answers 500 to a plain read\. Look at its logs/,
    ],
    ['a web page', html, /^not_json: .* web page \(200\), not with JSON\. Check the URL/],
    ['a web page that says 404', always(404, '<html>'), /^not_json: .*\(404\)/],
    ['403', always(403, '{}'), /^token_refused: .*\(403\)/],
    [
      '401',
      always(401, '{}'),
      /^token_refused: The token of the subject \(alder\) is refused .*Get a new one/,
    ],
    [
      'a redirect',
      always(302, '', { location: 'https://elsewhere.example/' }),
      /^redirected: .* \(302\) to https:\/\/elsewhere\.example\/\. Give the URL/,
    ],
    ['text', always(200, 'hello'), /^wrong_description: The description cannot read .*--config/],
    [
      'another dialect',
      always(404, '{"error":"none"}'),
      /^wrong_description: .* 404 .*"refused" instead of "absent"/,
    ],
    [
      'a document for any id',
      always(200, '{"id":"x","_version":1}'),
      /^wrong_description: .*calls that "ok"/,
    ],
  ])('%s', async (_, answer, message) => {
    const url = await serve(answer);

    await expect(preflight(tinyTarget(url))).rejects.toThrow(message);
  });

  test('nobody is there', async () => {
    const url = await serve(always(200, ''));
    servers.splice(0)[0]?.close();

    await expect(preflight(tinyTarget(url))).rejects.toThrow(
      /^unreachable: No whole answer .*\(ECONNREFUSED\)\. Check/,
    );
  });

  test('what is written does not come back', async () => {
    const { store } = documentStore(itself);
    const url = await serve(async (request, response) => {
      if (request.method !== 'GET' || request.url?.endsWith('nobody')) return store(request, response);
      return always(200, '{"id":"x","_version":1,"body":{"only":"the columns"}}')(request, response);
    });

    await expect(preflight(tinyTarget(url))).rejects.toThrow(
      /^mark_lost: .*Describe resources\.clients\.document with fields that the Worker keeps/,
    );
  });

  test('writes are refused', async () => {
    const { store } = documentStore(itself);
    const url = await serve((request, response) =>
      request.method === 'PUT'
        ? always(405, '{"definite":true}')(request, response)
        : store(request, response),
    );

    await expect(preflight(tinyTarget(url))).rejects.toThrow(
      /^write_refused: .*: 405\. Check that the token's user/,
    );
  });

  test('two tokens are of one account', async () => {
    const { documents, store } = documentStore(() => 'alder');
    const url = await serve(store);

    await expect(preflight(tinyTarget(url))).rejects.toThrow(
      /^same_account: The token of the neighbour \(beech\) reads and overwrites what the subject \(alder\).*give tokens of two/,
    );
    expect(documents.size).toBeGreaterThan(0);
  });

  test('two tokens are of one account, although a replica is behind', async () => {
    const { store } = documentStore(
      () => 'alder',
      (response) => void response.setHeader('x-d1-bookmark', 'newest'),
    );
    const url = await serve((request, response) => {
      const isBehind = request.method === 'GET' && request.headers['x-d1-bookmark'] === undefined;
      return isBehind ? always(404, '{"code":"not_found"}')(request, response) : store(request, response);
    });

    await expect(preflight(tinyTarget(url))).rejects.toThrow(/^same_account: /);
  });

  test('but a leak is none: it is for the checks to find', async () => {
    const { documents, store } = documentStore(itself);
    const url = await serve((request, response) => {
      const [, stored] = [...documents].find(([key]) => key.endsWith(` ${request.url}`)) ?? [];
      if (request.method !== 'GET' || !stored) return store(request, response);
      return always(200, JSON.stringify({ id: 'x', _version: 1, ...JSON.parse(stored.body) }))(
        request,
        response,
      );
    });

    expect((await preflight(tinyTarget(url))).doubts).toEqual([]);
  });

  test.each([
    ['has expired', -60, 0, /It expired 6\d s ago: get a new one/],
    [
      'has expired by a clock that is ahead',
      60,
      3_600_000,
      /by the target's clock, which is 3[56]\d\d s ahead of/,
    ],
    ['is of another key', 60, 0, /It has not expired: check that it is of this account/],
  ])('a token %s', async (_, ttlSeconds, offsetMs, message) => {
    const token = await mintToken({ secret: 'x', account: 'alder', user: 'u', ttlSeconds });
    const { store } = documentStore(() => undefined, dateOf(offsetMs));

    await expect(preflight(tinyTarget(await serve(store), [token, 'beech']))).rejects.toThrow(message);
  });
});
