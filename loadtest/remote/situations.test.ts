import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { mintToken } from '../../reference-worker/shared-shards/token.ts';
import { documentStore } from '../../reference-worker/target/tiny-target.testing.ts';
import { Scenario } from '../scenarios/index.ts';
import { subjectOf } from '../system.ts';
import { accountOf } from '../testing/journey-files.ts';
import { system } from '../testing/reference.ts';
import { scenarios } from '../testing/scenarios.ts';
import { lookBefore, type RemoteLoad } from './index.ts';

/** What a target may be that thousands are about to ask: each mistake has a name of its own, before anything counts. */
const SECRET = 'the secret of the Worker';
const scenario = Scenario.parse({ ...scenarios.smoke, virtualUsers: 20, sizeBytes: 1_000_000 });
const subject = await subjectOf(system);
const { sizeBytes, virtualUsers: users, seed } = scenario;
const plan = subject.data.model.plan({ account: 'acme', sizeBytes, users, seed });

const open: { close(): void }[] = [];
afterAll(() => {
  for (const each of open) each.close();
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.2');
  await once(server, 'listening');
  open.push({ close: () => server.close().closeAllConnections() });
  return `http://127.0.0.2:${(server.address() as AddressInfo).port}`; // of a TCP server
}

const serve = (listener: RequestListener): Promise<string> => listening(createServer(listener));
const always =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

const tokenOf = (account: string, secret = SECRET, ttlSeconds = 300): Promise<string> =>
  mintToken({ secret, account, user: 'us-00001', ttlSeconds });

/** A Worker in working order, with the documents of the plan, that knows the tokens of these accounts. */
async function store({ isSeeded = true, clockAheadMs = 0 } = {}): Promise<string> {
  const known = new Map([[await tokenOf('acme'), 'acme']]);
  const { documents, store: answer } = documentStore(
    (token) =>
      known.get(token) ?? (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) && isSigned(token) ? 'acme' : undefined),
    (response) => void response.setHeader('date', new Date(Date.now() + clockAheadMs).toUTCString()),
  );
  if (isSeeded)
    for (const resource of subject.data.model.resources)
      for (const place of subject.data.model.placesOf(plan, resource)) {
        const { body } = subject.data.model.rowAt(plan, place);
        documents.set(`acme /v1/${resource}/${place.id}`, {
          version: 1,
          body: JSON.stringify({ body: JSON.parse(body) }),
        });
      }
  return serve((request, response) => {
    // A list, by which it is asked whether somebody answers; all else is a document.
    if (request.url?.includes('?')) always(200, '{"items":[]}')(request, response);
    else void answer(request, response);
  });
}

/** Enough for a test: those of another secret and those that have expired are told by the Worker of a list. */
const isSigned = (token: string): boolean => signed.has(token);
const signed = new Set<string>();

const load = (url: string, token: string): RemoteLoad => ({
  ...{ url, subject, scenario, plan, account: accountOf(scenario), jwtSecret: SECRET },
  http: { system, url, token: () => Promise.resolve(token) },
});
async function look(url: string, token?: string): Promise<readonly string[]> {
  const given = token ?? (await tokenOf('acme'));
  if (token === undefined) signed.add(given);
  return lookBefore(load(url, given), new AbortController().signal);
}

/** Takes connections and never answers. */
async function silent(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcp((socket) => void sockets.add(socket.on('error', () => undefined).resume()));
  server.listen(0, '127.0.0.2');
  await once(server, 'listening');
  open.push({
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  return `http://127.0.0.2:${(server.address() as AddressInfo).port}`; // of a TCP server
}

describe.concurrent('a target', () => {
  test('in working order leaves no doubt', async () => {
    expect(await look(await store())).toEqual([]);
  });

  test('whose clock is 5 s off is in working order', async () => {
    expect(await look(await store({ clockAheadMs: 5_000 }))).toEqual([]);
  });

  test('whose clock is 90 s off is a doubt', async () => {
    expect(await look(await store({ clockAheadMs: 90_000 }))).toEqual([
      expect.stringMatching(/ahead of this machine's/),
    ]);
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    ['at which nobody listens', async () => 'http://127.0.0.2:1', /^unreachable: .*ECONNREFUSED/],
    [
      'that redirects to a page to sign in',
      () => serve(always(302, '', { location: 'https://login.example.com/' })),
      /^redirected: .*login\.example\.com/,
    ],
    [
      'that is a page to sign in',
      () => serve(always(200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' })),
      /^not_json: .*login page/,
    ],
    [
      "that Cloudflare's own rate limit guards",
      () => serve(always(429, 'error code: 1015')),
      /^rate_limited: .*error 1015/,
    ],
    [
      'that limits its rate itself',
      () => serve(always(429, '{"code":"slow_down"}')),
      /^rate_limited: (?!.*1015)/,
    ],
    ['that is broken', () => serve(always(500, '{"code":"boom"}')), /^target_failing/],
    [
      'that is another Worker',
      () => serve(always(200, '{"hello":"there"}', { 'content-type': 'application/json' })),
      /^wrong_description/,
    ],
    [
      'whose documents are not there',
      () => store({ isSeeded: false }),
      /^bad_option: --target: .*are not there; seed it first/,
    ],
  ])('%s is told so', async (_, start, message) => {
    await expect(start().then((url) => look(url))).rejects.toThrow(message);
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    [
      'a token that has expired',
      () => tokenOf('acme', SECRET, -60),
      /^token_refused: .*It expired \d+ s ago/,
    ],
    [
      'a token of another secret',
      () => tokenOf('acme', 'another'),
      /^token_refused: .*signed with the key of this Worker/,
    ],
  ])('that is shown %s is told so', async (_, token, message) => {
    const url = await store();

    await expect(look(url, await token())).rejects.toThrow(message);
  });

  test('that is shown a token of another account is not asked with it for long', async () => {
    const token = await tokenOf('birch');
    signed.add(token);

    await expect(look(await store(), token)).rejects.toThrow(
      /^token_of_another_account: the token is for birch, the plan for acme/,
    );
  });

  test('that takes requests and never answers is told so after as long as an answer may take', async () => {
    await expect(silent().then((url) => look(url))).rejects.toThrow(/^unreachable: No whole answer came/);
  }, 60_000);
});
