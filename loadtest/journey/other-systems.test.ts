import { describe, expect, test } from 'vitest';
import { defineSystem, type JourneyStep } from '../../reference-worker/target/index.ts';
import { loadTestSystem } from '../../reference-worker/target/testing/index.ts';
import type { Call, CallAnswer, VirtualUser } from '../k6/session.ts';
import { verifyBody } from '../k6/verify.ts';
import { loaded } from '../system.ts';
import { loadCompiled } from '../testing/compiled-journey.ts';
import { received } from '../testing/received.ts';
import type { LoadedSystem } from './index.ts';

/** Pages with a cookie, whose ids the server makes and which have no versions: what the reference system is not. */
const wiki = loaded(
  defineSystem({
    name: 'wiki',
    resources: {
      pages: { ids: 'server', indexed: ['title'] },
      comments: { ids: 'server', indexed: ['pageId'], parent: { resource: 'pages', field: 'pageId' } },
    },
    request: { identify: (token) => ({ cookie: `wiki=${token}; theme=dark` }) },
    routes: {
      read: { method: 'GET', path: '/w/:resource/:id' },
      create: { method: 'POST', path: '/w/:resource', json: ({ body }) => ({ data: body }) },
      patch: { method: 'PUT', path: '/w/:resource/:id', json: ({ body }) => body },
      list: {
        method: 'GET',
        path: '/w/:resource',
        search: ({ filter, limit }) => ({ of: filter && 'is' in filter ? filter.is : undefined, limit }),
      },
    },
    answer: () => ({ outcome: 'ok', documents: [] }),
    promises: ['sessions'],
    journey: {
      places: { id: 'id', body: '', canary: 'text', items: '', write: 'document' },
      thinkTime: { medianMs: 1_000, sigma: 0.5 },
      zipfExponent: 1,
      popShares: { LHR: 1 },
      opening: { steps: [], again: 0 },
      steps: [
        { operation: 'browse', does: 'list', resource: 'pages', limit: 5 },
        { operation: 'open-page', does: 'read', resource: 'pages', which: 'drawn' },
        {
          ...{ operation: 'edit-page', does: 'patch', resource: 'pages', mark: 'title' },
          body: { title: '{mark}', text: '{canary}', hot: true },
        },
        { operation: 'see-edit', does: 'read', resource: 'pages', which: 'written' },
        {
          ...{ operation: 'comment', does: 'create', resource: 'comments' },
          body: { pageId: '{opened}', text: 'by {user}: {canary}' },
        },
        {
          ...{ operation: 'see-comments', does: 'list', resource: 'comments', limit: 20 },
          ...{ where: { field: 'pageId', is: '{opened}' }, shows: 'written' },
        },
      ],
    },
    objectives: {
      operations: Object.fromEntries(
        ['browse', 'open-page', 'edit-page', 'see-edit', 'comment', 'see-comments'].map((name) => [
          name,
          { p95Ms: 100, p99Ms: 400, failureBudget: 0.01, why: 'A test.' },
        ]),
      ),
      total: { p95Ms: 100, p99Ms: 400, why: 'A test.' },
      failureBudget: 0.01,
      longestStallMs: 2_000,
    },
  }),
);

const user: VirtualUser = {
  ...{ id: '7', account: 'ann', pop: 'LHR', thinkMs: () => 0, does: () => true, draw: () => 'p 1' },
  pickSearch: () => ({ field: '', prefix: '' }),
  visit: (resource) => ({ account: 'bob', reach: { host: 'bob.example' }, id: resource ? 'p 2' : '' }),
  nextMark: () => 'mark-1',
};

async function callsOf(
  count: number,
  answers: Readonly<Record<string, CallAnswer>> = {},
  system: LoadedSystem = wiki,
): Promise<Call[]> {
  const script = await loadCompiled(system);
  const work = script.startWork();
  const calls: Call[] = [];
  const target = (call: Call): CallAnswer => {
    calls.push(call);
    return answers[call.operation] ?? { outcome: 'ok', id: 'c-9', shown: 'before' };
  };
  while (calls.length < count) script.makeNextRequest({ user, target }, work);
  return calls;
}

describe('the script of a Worker with forms and cookies', () => {
  const shop = async () => loaded(await loadTestSystem('shop'));

  test('sends a form, and takes a redirect to the list or below it for done', async () => {
    const { resources, journey, ...of } = await shop();
    const create: JourneyStep = {
      operation: 'add-item',
      does: 'create',
      resource: 'items',
      body: { sku: '{mark}', title: 'a & b', note: '{canary}' },
    };
    const opening = { steps: [], again: 0 };
    const [call] = await callsOf(
      1,
      {},
      { ...of, resources, journey: { ...journey, opening, steps: [create] } },
    );

    expect(call?.body).toBe('sku=mark-1&title=a+%26+b&note=canary%3Aann%3Aitems%3Amark-1%3Av1');
    expect(call?.contentType).toBe('application/x-www-form-urlencoded');
    expect(call?.redirectsTo).toBe('/items');
  });

  test('carries the position in a cookie, and takes who is asking as the description has made it', async () => {
    const { BOOKMARK, BOOKMARK_COOKIE, identify } = await loadCompiled(await shop());

    expect([BOOKMARK, BOOKMARK_COOKIE]).toEqual(['', 'position']);
    expect(identify('{"authorization":"Basic YTpi"}')).toEqual({ authorization: 'Basic YTpi' });
  });

  test('knows where an answer of status 200 tells an error', async () => {
    const { ERROR, absent } = await loadCompiled(loaded(await loadTestSystem('memos')));

    expect(ERROR).toBe('error');
    expect(absent?.test('Not found.')).toBe(true);
  });

  test('replaces a document whole where that is what its people do', async () => {
    const { journey, routes, ...of } = wiki;
    const steps: JourneyStep[] = [
      { operation: 'open-page', does: 'read', resource: 'pages', which: 'drawn' },
      {
        ...{ operation: 'edit-page', does: 'put', resource: 'pages', mark: 'title' },
        body: { title: '{mark}', text: '{canary}' },
      },
      { operation: 'see-edit', does: 'read', resource: 'pages', which: 'written' },
    ];
    const put = { method: 'PUT', path: '/pages/:id', json: ({ body }: { readonly body: object }) => body };
    const system = { ...of, routes: { ...routes, put }, journey: { ...journey, steps } };

    const [, change, look] = await callsOf(3, {}, system);

    expect(change).toMatchObject({
      ...{ method: 'PUT', path: '/pages/p%201', kind: 'write' },
      body: { title: 'mark-1', text: 'canary:ann:pages:p 1:v1' },
    });
    expect(look?.expect).toMatchObject({ written: { mustExist: true, value: 'mark-1', before: 'before' } });
  });

  test('takes no redirect for done that the description refuses', async () => {
    const { routes, answer, ...of } = await shop();
    const refusing = { ...of, routes, answer: () => ({ outcome: 'refused', documents: [] }) as const };

    expect((await callsOf(3, {}, refusing)).map(({ redirectsTo }) => redirectsTo)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the script of another system', () => {
  test('speaks its dialect: paths, bodies, cookies, and no bookmarks or versions', async () => {
    const calls = await callsOf(6);
    const { BOOKMARK } = await loadCompiled(wiki);

    expect(calls.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['GET', '/w/pages?limit=5', undefined],
      ['GET', '/w/pages/p%201', undefined],
      ['PUT', '/w/pages/p%201', { title: 'mark-1', text: 'canary:ann:pages:p 1:v1', hot: true }],
      ['GET', '/w/pages/p%201', undefined],
      ['POST', '/w/comments', { data: { pageId: 'p 1', text: 'by 7: canary:ann:comments:mark-1:v1' } }],
      ['GET', '/w/comments?of=p%201&limit=20', undefined],
    ]);
    expect(calls.filter(({ ifMatch }) => ifMatch !== undefined)).toEqual([]);
    expect(BOOKMARK).toBe('');
  });

  test('looks for what it wrote by its mark, and by the id that the server told', async () => {
    const calls = await callsOf(6);

    expect(calls[3]?.expect).toMatchObject({
      written: { mustExist: true, value: 'mark-1', before: 'before' },
    });
    expect(calls[5]?.expect).toMatchObject({ mustShow: 'c-9', serverIds: true, filter: { value: 'p 1' } });
  });

  test('goes to the next round when the document is not there', async () => {
    const calls = await callsOf(4, { 'open-page': { outcome: 'failed' } });

    expect(calls.map(({ operation }) => operation)).toEqual(['browse', 'open-page', 'browse', 'open-page']);
  });
});

describe('the script of visitors', () => {
  const view = { does: 'view', resource: 'pages' } as const;
  const VIEWS: JourneyStep[] = [
    { ...view, operation: 'front', view: 'front' },
    { ...view, operation: 'page', view: 'page' },
    { ...view, operation: 'rules', view: 'rules' },
    { ...view, operation: 'search', view: 'search', word: 'two words' },
  ];
  const views: LoadedSystem = {
    ...wiki,
    journey: { ...wiki.journey, steps: VIEWS },
    visitors: {
      reach: (token) => ({ host: token }),
      views: {
        front: { resource: 'pages', path: '/', withinMs: 0 },
        page: { resource: 'pages', path: '/:id?full=1', withinMs: 0 },
        rules: { resource: 'pages', path: '/:id', id: 'rules', withinMs: 0 },
        search: { resource: 'pages', path: '/search?q=:word', withinMs: 0 },
      },
    },
  };

  test('asks for pages of the account that is drawn, and says nothing of who is asking', async () => {
    const calls = await callsOf(5, {}, views);

    expect(calls.slice(0, 4).map(({ path, reach }) => [path, reach])).toEqual(
      ['/', '/p%202?full=1', '/rules', '/search?q=two%20words'].map((path) => [
        path,
        { host: 'bob.example' },
      ]),
    );
    expect(calls.map(({ expect: { account, shape } }) => [account, shape])).toEqual(
      calls.map(() => ['bob', 'view']),
    );
    expect(calls[1]?.expect).toMatchObject({ resource: 'pages', id: 'p 2' });
    expect(calls[2]?.expect).not.toHaveProperty('id');
  });
});

describe('verification without versions and with ids of the server', () => {
  const page = (title: string, text = 'canary:ann:pages:made-elsewhere:v1') => ({ id: 4, title, text });
  const kindsOf = async (at: number, body: object): Promise<string[]> => {
    const call = (await callsOf(6, { 'open-page': { outcome: 'ok', shown: 'before' } }))[at];
    if (!call) throw new Error('there are six calls.');
    const expected = { ...call.expect, ...('id' in call.expect && { id: '4' }) };
    const { violations } = verifyBody(received(JSON.stringify(body)), expected, undefined);
    return violations.map(({ kind }) => kind);
  };

  test.each([
    ['the own write', page('mark-1'), []],
    ["somebody else's later write", page('mark-2'), []],
    ['what was there before the own write', page('before'), ['stale']],
    ['a document of another account', page('mark-1', 'canary:bob:pages:x:v1'), ['isolation']],
    ['a canary within a text', page('mark-1', 'see canary:ann:pages:x:v1.'), []],
    ['a canary of another resource', page('mark-1', 'canary:ann:comments:x:v1'), ['corrupt']],
    ['no canary', page('mark-1', 'nothing'), ['corrupt', 'corrupt']],
  ])('%s', async (_, body, kinds) => {
    expect(await kindsOf(3, body)).toEqual(kinds);
  });

  test('the own new document must be in a page with room, and may be beyond a full one', async () => {
    const comment = (id: string) => ({ id, pageId: 'p 1', text: `canary:ann:comments:${id}:v1` });
    const full = Array.from({ length: 20 }, (_, at) => comment(`c-x${at}`));

    expect(await kindsOf(5, [comment('c-9'), comment('c-1')])).toEqual([]);
    expect(await kindsOf(5, [comment('c-1')])).toEqual(['stale']);
    expect(await kindsOf(5, full)).toEqual([]);
  });
});
