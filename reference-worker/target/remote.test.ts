import type { Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { system } from '../shared-shards/system.ts';
import { Client, openRemote, TransportError } from './index.ts';
import type { Resource, System } from './system/index.ts';
import { documentStore, startTiny, testAccount } from './tiny-target.testing.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/**
 * A store that refuses to delete what is called `kept` and to write what is called `refused`.
 *
 * @param gate what writes of `under-way` wait for
 */
async function open(gate: Promise<void> = Promise.resolve()) {
  const { documents, store } = documentStore((token) => token);
  const { url, server } = await startTiny(async (request, response) => {
    const isRefused =
      (request.method === 'DELETE' && request.url?.endsWith('kept')) || request.url?.endsWith('refused');
    if (request.method === 'PUT' && request.url?.endsWith('under-way')) await gate;
    if (!isRefused) await store(request, response);
    else response.writeHead(409, { 'content-type': 'application/json' }).end('{"definite":true}');
  });
  servers.push(server);
  const account = testAccount('subject', 'alder', url);
  const neighbour = testAccount('neighbour', 'beech', url);
  const remote = openRemote({ system, accounts: [account, neighbour] });
  const client = new Client(remote.target, account);
  const put = (id: string, token?: string) =>
    client.ask(
      { kind: 'put', resource: 'notes', id, body: { text: id } },
      token === undefined ? {} : { token },
    );
  return { ...remote, url, client, put, documents };
}

test('what was written is removed, in the account whose token wrote it; what cannot be is named', async () => {
  const { put, client, cleanUp, documents } = await open();
  for (const id of ['one', 'two', 'kept', 'refused']) await put(id);
  await put('theirs', 'beech');
  await client.ask({ kind: 'delete', resource: 'notes', id: 'two' });

  const { removed, left } = await cleanUp(5_000);

  expect(removed).toBe(2);
  expect(left).toEqual([
    { account: 'alder', resource: 'notes', id: 'kept', why: 'the delete was answered with 409' },
  ]);
  expect([...documents.keys()]).toEqual(['alder /v1/notes/kept']);
});

test('a write that is under way is waited for, and one that comes too late is not sent', async () => {
  const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
  const { url, put, cleanUp, documents } = await open(gate);
  const underWay = put('under-way');

  const cleaned = cleanUp(5_000);

  await expect(put('late')).rejects.toThrow(TransportError);
  // A delete that did not wait would be answered before this.
  await fetch(url);
  openGate();
  await underWay;
  expect(await cleaned).toEqual({ removed: 1, left: [] });
  expect([...documents]).toEqual([]);
});

test('without time, or without a route, everything is left and named', async () => {
  const { put, cleanUp } = await open();
  await put('one');
  const { delete: _, ...routes } = system.routes;
  const account = testAccount('subject', 'alder', 'http://127.0.0.1:9');
  const bare = openRemote({ system: { ...system, routes }, accounts: [account] });
  bare.target.willWrite?.(account, { kind: 'put', resource: 'notes', id: 'two', body: {} });

  const [inNoTime, withoutRoute] = [await cleanUp(0), await bare.cleanUp(5_000)];

  expect(inNoTime.left).toMatchObject([{ id: 'one', why: 'there was no time left' }]);
  expect(withoutRoute.left).toMatchObject([{ id: 'two', why: 'shared-shards has no route for delete' }]);
});

/** The system with other notes. */
function withNotes(change: Partial<Resource>): System {
  const { notes } = system.resources;
  if (!notes) throw new Error('the system has no notes');
  return { ...system, resources: { ...system.resources, notes: { ...notes, ...change } } };
}

test('a resource that deletes nothing keeps its documents, and the others are removed', async () => {
  const { url } = await open();
  const account = testAccount('subject', 'alder', url);
  const remote = openRemote({
    system: withNotes({ routes: { delete: false } }),
    accounts: [account],
  });
  const client = new Client(remote.target, account);
  for (const resource of ['notes', 'groups'])
    await client.ask({ kind: 'put', resource, id: 'two', body: {} });

  const { removed, left } = await remote.cleanUp(5_000);

  expect(removed).toBe(1);
  expect(left).toMatchObject([{ resource: 'notes', why: 'shared-shards has no route for delete' }]);
});

test('a document whose id the server made is noted, although its answer came while the run ended', async () => {
  const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
  const { url, server } = await startTiny(async (request, response) => {
    if (request.method === 'POST') await gate;
    response
      .writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json', etag: '"1"' })
      .end('{"id":"made","_version":1}');
  });
  servers.push(server);
  const account = testAccount('subject', 'alder', url);
  const remote = openRemote({
    system: withNotes({ ids: 'server' }),
    accounts: [account],
  });
  const made = new Client(remote.target, account).ask({
    kind: 'create',
    resource: 'notes',
    id: 'unknown',
    body: {},
  });

  const cleaned = remote.cleanUp(5_000);
  openGate();
  await made;

  expect(await cleaned).toEqual({ removed: 1, left: [] });
});
