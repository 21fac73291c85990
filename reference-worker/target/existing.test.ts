import type { Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import {
  bearer,
  Client,
  defineSystem,
  existingId,
  openRemote,
  preflight,
  rest,
  SystemError,
  withExisting,
} from './index.ts';
import { startTiny, testAccount } from './tiny-target.testing.ts';

const system = defineSystem({
  name: 'boxes',
  request: { identify: bearer },
  ...rest({ path: '/:resource', without: ['put', 'patch', 'delete'] }),
  resources: {
    boxes: { ids: 'server' },
    lids: {
      ids: 'server',
      document: (word) => ({ boxId: existingId('boxes', 'number'), label: word }),
      routes: {
        create: { method: 'POST', path: '/boxes/:boxId/lids', json: ({ body }) => body },
      },
    },
  },
});

let server: Server | undefined;
afterEach(() => server?.close().closeAllConnections());

/** Makes boxes, and lids of the asker's own boxes only. */
async function startBoxes() {
  const owners: string[] = [];
  const documents = new Map<string, unknown>();
  const started = await startTiny(async (request, response) => {
    const owner = request.headers.authorization ?? '';
    const [, path = '', below, child] = (request.url ?? '').split('/');
    const reply = (status: number, body: unknown): void =>
      void response.writeHead(status).end(JSON.stringify(body));
    if (request.method === 'GET') {
      const found = documents.get(`${owner} ${path} ${below}`);
      return reply(found === undefined ? 404 : 200, found ?? {});
    }
    const body = JSON.parse(await text(request));
    const isLid = child === 'lids';
    if (isLid && (owners[body.boxId] !== owner || Number(below) !== body.boxId)) return reply(404, {});
    const id = owners.push(owner) - 1;
    documents.set(`${owner} ${isLid ? 'lids' : 'boxes'} ${id}`, { ...body, id });
    return reply(201, { ...body, id });
  });
  server = started.server;
  return openRemote({
    system,
    accounts: [testAccount('subject', 'alder', started.url), testAccount('neighbour', 'beech', started.url)],
  }).target;
}

test('each account has a document of its own for others to name, in bodies and in paths', async () => {
  const target = await startBoxes();
  const lid = {
    kind: 'create',
    resource: 'lids',
    id: 'lid',
    body: system.resources.lids?.document('mark') ?? {},
  } as const;

  const [subject] = target.accounts;
  const before = subject && (await new Client(target, subject).ask(lid));
  await preflight(target);
  const asked = await Promise.all(target.accounts.map((account) => new Client(target, account).ask(lid)));

  expect(before?.answer.outcome).not.toBe('ok');
  expect(asked.map(({ answer }) => answer.outcome)).toEqual(['ok', 'ok']);
  const [one, other] = asked.map(({ answer }) => answer.documents[0]?.body?.boxId);
  expect([typeof one, one === other]).toEqual(['number', false]);
});

test('what is named is put where it stands, as a text or a number, and left where nobody knows it', () => {
  const idOf = (resource: string) => (resource === 'boxes' ? '7' : undefined);
  const body = JSON.stringify({
    a: existingId('boxes'),
    b: existingId('boxes', 'number'),
    c: existingId('lids'),
  });

  expect(withExisting(body, idOf)).toBe(`{"a":"7","b":7,"c":"${existingId('lids')}"}`);
  expect(withExisting(`/boxes/${encodeURIComponent(existingId('boxes'))}/lids`, idOf)).toBe('/boxes/7/lids');
});

test('a resource that is not there is no resource to name', () => {
  const { boxes, ...others } = system.resources;

  expect(boxes).toBeDefined();
  expect(() => defineSystem({ ...system, resources: others })).toThrow(SystemError);
});
