import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Backend, WaitingRequest } from '../backend/index.ts';
import { listen, NO_USAGE, type Usage } from '../backend/index.ts';
import { Behaviour } from '../behaviour/index.ts';
import { timeOf } from '../clock/index.ts';
import type { FaultReport } from '../faults/index.ts';
import { FaultPlan } from '../faults/index.ts';
import { createControlServer } from './control.ts';
import { IsolatesBackend } from './isolates.ts';

interface Says {
  readonly reports?: readonly FaultReport[];
  readonly waiting?: readonly WaitingRequest[];
  readonly untilNextMs?: number;
  readonly usage?: Partial<Usage>;
}

const fakePart = ({ reports = [], waiting = [], usage = {}, untilNextMs }: Says) => ({
  advance: vi.fn<Backend['advance']>(async () => undefined),
  setFaults: vi.fn<Backend['setFaults']>(async () => undefined),
  faultReports: async () => reports,
  waiting: async () => waiting,
  untilNextMs: async () => untilNextMs,
  usage: async () => ({ ...NO_USAGE, ...usage }),
});

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A control server of two parts, a database `shard` and a namespace `cache`. */
async function start(says: readonly Says[] = [{}, {}], clock: Behaviour['clock'] = 'virtual') {
  const behaviour = Behaviour.parse({ latency: 'uk-eu', readReplication: 'auto', clock });
  const isolates = new IsolatesBackend(timeOf(clock), 1);
  const set = vi.spyOn(isolates, 'set');
  const parts = says.map(fakePart);
  const aims = {
    databases: ['shard'],
    namespaces: ['cache'],
    upstreams: new Map<string, never>(),
    buckets: [],
  };
  const eventLoopDelayP99Ms = () => 3;
  const server = createControlServer({
    behaviour,
    ...aims,
    isolates,
    parts,
    statements: [],
    eventLoopDelayP99Ms,
  });
  servers.push(server);
  const port = await listen(server);
  const untouched = () =>
    set.mock.calls.length === 0 &&
    parts.every(({ advance, setFaults }) => advance.mock.calls.length + setFaults.mock.calls.length === 0);
  return { server, port, parts, set, untouched, url: `http://127.0.0.1:${port}` };
}

const JSON_TYPE = 'application/json';

async function send(url: string, method: string, body?: string, type: string | undefined = JSON_TYPE) {
  const headers = new Headers(type === undefined ? {} : { 'content-type': type });
  const response = await fetch(url, {
    method,
    headers,
    ...(body !== undefined && { body: Buffer.from(body) }),
  });
  expect(response.headers.get('content-type')).toBe(JSON_TYPE);
  return { status: response.status, reply: JSON.parse(await response.text()) };
}

const waits = (database: string): WaitingRequest => ({ reason: 'queue', database, sinceMs: 1 });

describe('what is asked', () => {
  test.each<[string, string | undefined]>([
    ['as curl does, without a content type', undefined],
    ['with the content type of the commands', JSON_TYPE],
  ])('is answered %s', async (_, type) => {
    const { url } = await start([{ waiting: [waits('a'), waits('b')] }, {}, { waiting: [waits('c')] }]);
    const headers = new Headers(type === undefined ? {} : { 'content-type': type });

    const response = await fetch(`${url}/waiting`, { headers });

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual([waits('a'), waits('b'), waits('c')]);
  });

  test('about faults is the account of all parts: counts add up, firings in the order of time', async () => {
    const report = (id: string, ...timesMs: number[]): FaultReport => ({
      id,
      kind: 'slow-shard',
      count: timesMs.length * 1_000,
      firings: timesMs.map((atMs) => ({ atMs, database: `of ${atMs}` })),
    });
    const { url } = await start([
      { reports: [report('a', 1, 10), report('b'), report('c')] },
      { reports: [report('a', 2, 9), report('b', 4), report('c')] },
      { reports: [report('a', 11), report('b', 3), report('c')] },
    ]);

    const { status, reply } = await send(`${url}/faults`, 'GET');

    expect(status).toBe(200);
    expect(reply).toEqual([report('a', 1, 2, 9, 10, 11), report('b', 3, 4), report('c')]);
  });
});

test.each([
  [[2, 0], 3],
  [[2, 7], 7],
])('usage is the account of all parts, and of the latest thread of %j', async (delays, latest) => {
  const [one, two] = [{ database: 'one' }, { database: 'two' }].map((database) => ({
    ...database,
    ...{ instance: 'primary', requests: 1, busyMs: 1.5, queueMs: 0, longestQueue: 0 },
  }));
  const cache = { namespace: 'cache', reads: 4, cachedReads: 3, writes: 2, deletes: 1, lists: 0 };
  const { url } = await start([
    { usage: { eventLoopDelayP99Ms: delays[0] ?? 0, databases: one ? [one] : [] } },
    { usage: { eventLoopDelayP99Ms: delays[1] ?? 0, databases: two ? [two] : [] } },
    { usage: { kv: [cache] } },
  ]);

  expect(await send(`${url}/usage`, 'GET')).toEqual({
    status: 200,
    reply: { eventLoopDelayP99Ms: latest, databases: [one, two], buckets: [], kv: [cache] },
  });
});

describe('a command', () => {
  const plan = [{ id: 'f', kind: 'slow-shard', database: 'shard', addMs: 5 }];

  test('to plan faults reaches every part, with what was left out filled in', async () => {
    const { url, parts } = await start();

    const { status, reply } = await send(`${url}/faults`, 'PUT', JSON.stringify(plan));

    expect([status, reply]).toEqual([200, null]);
    for (const { setFaults } of parts) expect(setFaults.mock.calls).toEqual([[FaultPlan.parse(plan)]]);
    expect(parts).toHaveLength(2);
  });

  test('of all parts goes to the next event of any of them, and not at all where none is planned', async () => {
    const { url, parts } = await start([{ untilNextMs: 40 }, { untilNextMs: 2.5 }, {}]);
    const idle = await start();

    const { reply } = await send(`${url}/step`, 'POST', '{}');
    const { reply: nothing } = await send(`${idle.url}/step`, 'POST', '{}');

    expect([reply, nothing]).toEqual([{ ms: 2.5 }, { ms: null }]);
    expect(parts.map(({ advance }) => advance.mock.calls)).toEqual([[[2.5]], [[2.5]], [[2.5]]]);
    expect(idle.untouched()).toBe(true);
  });

  test('to step time reaches every part, and is answered when all have stepped', async () => {
    const { url, parts } = await start();
    const stepped = Promise.withResolvers<void>();
    parts[1]?.advance.mockReturnValue(stepped.promise);
    const answered = vi.fn();

    const sent = send(`${url}/advance`, 'POST', '{"ms":12.5}');
    sent.then(answered);
    await vi.waitFor(() => expect(parts[0]?.advance.mock.calls).toEqual([[12.5]]), { timeout: 20_000 });
    await send(`${url}/waiting`, 'GET');
    expect(answered).not.toHaveBeenCalled();
    stepped.resolve();

    expect(await sent).toEqual({ status: 200, reply: null });
    expect(parts[1]?.advance.mock.calls).toEqual([[12.5]]);
  });

  test('to know the isolates reaches those who tell them', async () => {
    const { url, set } = await start();
    const isolates = [{ pop: 'LHR', url: 'http://127.0.0.1:1', coldStarts: 0, callsOthers: false }];
    const crons = [{ worker: 'w', url: 'http://127.0.0.1:2', expressions: ['* * * * *'] }];

    expect(await send(`${url}/isolates`, 'PUT', JSON.stringify({ isolates, crons }))).toEqual({
      status: 200,
      reply: null,
    });

    expect(set.mock.calls).toEqual([[isolates, crons]]);
  });
});

describe('a request that is refused changes nothing, and its answer says why', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/waiting?now'],
    ['POST', '/faults'],
    ['GET', '/advance'],
    ['OPTIONS', '/faults'],
  ])('404 for %s %s, with what there is', async (method, path) => {
    const { url, untouched } = await start();

    const { status, reply } = await send(`${url}${path}`, method);

    expect([status, reply.code]).toEqual([404, 'not_found']);
    expect(reply.message).toBe(
      'Known are GET /waiting, GET /faults, GET /usage, GET /upstream, POST /upstream, PUT /faults, PUT /isolates, PUT /row-counters, POST /statements, POST /cron, POST /advance, POST /step.',
    );
    expect(untouched()).toBe(true);
  });

  test.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'text/plain;application/json'])(
    '415 for the content type %s, which a page of another origin may send',
    async (type) => {
      const { url, untouched } = await start();

      const headers = new Headers(type === undefined ? {} : { 'content-type': type });
      const response = await fetch(`${url}/faults`, { method: 'PUT', headers, body: Buffer.from('[]') });

      expect(response.status).toBe(415);
      expect(await response.json()).toEqual({
        code: 'not_json',
        message: 'Send content-type: application/json.',
      });
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(untouched()).toBe(true);
    },
  );

  test.each<[string, string, string, RegExp]>([
    ['PUT', '/faults', '[', /JSON/],
    ['PUT', '/faults', '', /JSON/],
    ['PUT', '/faults', '{}', /expected array/],
    ['PUT', '/faults', '[{"id":"f","kind":"slow-shard","share":2}]', /at \[0\]\.share/],
    ['PUT', '/isolates', '{"isolates":[{"pop":"JFK","url":"http://127.0.0.1:1"}]}', /at isolates\[0\]\.pop/],
    ['PUT', '/isolates', '{"isolates":[{"pop":"LHR","url":"here"}]}', /at isolates\[0\]\.url/],
    ['POST', '/advance', '{}', /at ms/],
    ['POST', '/advance', '{"ms":-1}', />=0\s+→ at ms/],
    ['POST', '/advance', '{"ms":1,"s":1}', /"s"/],
  ])('400 for %s %s %s, with the place of the mistake', async (method, path, body, message) => {
    const { url, untouched } = await start();

    const { status, reply } = await send(`${url}${path}`, method, body);

    expect([status, reply.code]).toEqual([400, 'bad_request']);
    expect(reply.message).toMatch(message);
    expect(untouched()).toBe(true);
  });

  test.each([
    [
      '{"id":"f","kind":"slow-shard","addMs":1,"database":"shrad"}',
      'f: there is no database shrad; known are shard.',
    ],
    ['{"id":"f","kind":"kv-error","namespace":"c"}', 'f: there is no namespace c; known are cache.'],
    ['{"id":"f","kind":"replica-pause","region":"OC"}', 'f: there is no region OC; known are WEUR, EEUR.'],
  ])('409 for the fault %s that could never fire', async (fault, message) => {
    const { url, untouched } = await start();

    const outcome = await send(`${url}/faults`, 'PUT', `[${fault}]`);

    expect(outcome).toEqual({ status: 409, reply: { code: 'bad_fault', message } });
    expect(untouched()).toBe(true);
  });

  test.each(['advance', 'step'])('409 for %s on a real clock', async (command) => {
    const { url, untouched } = await start([{ untilNextMs: 1 }], 'real');

    const { status, reply } = await send(`${url}/${command}`, 'POST', '{"ms":1}');

    expect([status, reply.code]).toEqual([409, 'real_clock']);
    expect(untouched()).toBe(true);
  });
});

test('a caller that leaves in the middle of a request takes nothing with it', async () => {
  const { server, port, url, untouched } = await start();
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `PUT /faults HTTP/1.1\r\nhost: x\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: 100\r\n\r\n[`,
  );
  const [request] = await once(server, 'request');

  socket.destroy();
  await new Promise((resolve) => request.once('close', resolve));

  expect((await send(`${url}/waiting`, 'GET')).status).toBe(200);
  expect(untouched()).toBe(true);
});
