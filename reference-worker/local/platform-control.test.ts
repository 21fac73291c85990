import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { listen } from './backend/index.ts';
import { PlatformError } from './errors.ts';
import {
  type PlatformControl,
  platformControl,
  whileStepping,
  whileSteppingFor,
} from './platform-control.ts';

type Call = (control: ReturnType<typeof platformControl>) => Promise<unknown>;

/** What a call sends to the data plane, and what becomes of the answer. */
async function exchange(call: Call, status: number, reply: unknown) {
  const sent: unknown[] = [];
  const server = createServer(async (request, response) => {
    sent.push(`${request.method} ${request.url}`, request.headers['content-type'], await text(request));
    response.writeHead(status, { connection: 'close' }).end(JSON.stringify(reply));
  });
  const control = platformControl(await listen(server));
  try {
    return { sent, outcome: await call(control).catch((error: unknown) => error) };
  } finally {
    server.close();
    await once(server, 'close');
  }
}

const USAGE = { eventLoopDelayP99Ms: 1, databases: [], kv: [], buckets: [] };
const WAITING = [{ reason: 'queue', sinceMs: 1 }];
const REPORTS = [{ id: 'f', kind: 'kv-error', count: 0, firings: [] }];
const PLAN = [{ id: 'f', kind: 'kv-error' }];
const ISOLATES = {
  isolates: [{ pop: 'LHR', url: 'http://127.0.0.1:1', coldStarts: 0, callsOthers: false }],
  crons: [],
} as const;
const RUNS = [{ worker: 'worker', outcome: 'ok' }];

test.each<[keyof PlatformControl | 'setIsolates', Call, unknown, string, string, unknown?]>([
  ['advance', (control) => control.advance(5), null, 'POST /advance', '{"ms":5}'],
  ['step', (control) => control.step(), { ms: 3 }, 'POST /step', '{}', 3],
  ['waiting', (control) => control.waiting(), WAITING, 'GET /waiting', ''],
  ['setFaults', (control) => control.setFaults(PLAN), null, 'PUT /faults', JSON.stringify(PLAN)],
  ['faultReports', (control) => control.faultReports(), REPORTS, 'GET /faults', ''],
  ['cron', (control) => control.cron('* * * * *'), RUNS, 'POST /cron', '{"cron":"* * * * *"}'],
  ['usage', (control) => control.usage(), USAGE, 'GET /usage', ''],
  [
    'setIsolates',
    (control) => control.setIsolates(ISOLATES),
    null,
    'PUT /isolates',
    JSON.stringify(ISOLATES),
  ],
])('%s is one request, and its answer', async (_, call, reply, line, body, outcomeOf = reply) => {
  const { sent, outcome } = await exchange(call, 200, reply);

  expect(sent).toEqual([line, 'application/json', body]);
  expect(outcome).toEqual(outcomeOf);
});

test.each<[string, number, unknown]>([
  ['is refused', 404, { code: 'not_found', message: 'Known are others.' }],
  ['is missing', 200, null],
  ['is incomplete', 200, { eventLoopDelayP99Ms: 1, databases: [] }],
  ['is impossible', 200, { ...USAGE, eventLoopDelayP99Ms: -1 }],
])('usage that %s is an error, and never nothing', async (_, status, reply) => {
  const { outcome } = await exchange((control) => control.usage(), status, reply);

  expect(outcome).toBeInstanceOf(PlatformError);
  expect(outcome).toMatchObject({
    code: 'bad_command',
    message: expect.stringContaining('does not tell its usage'),
  });
});

test.each([400, 409, 415])('a command that is refused with %i tells why', async (status) => {
  const reply = { code: 'real_clock', message: 'A real clock cannot be stepped.' };

  const { outcome } = await exchange((control) => control.advance(5), status, reply);

  expect(outcome).toBeInstanceOf(PlatformError);
  expect(outcome).toMatchObject({
    code: 'bad_command',
    message: 'bad_command: real_clock: A real clock cannot be stepped.',
  });
});

/** A control on which requests wait, one step for each; says how often it was stepped. */
function controlOf(...names: string[]) {
  const waiting = new Map(
    names.map((pop, index) => [pop, { reason: 'queue', pop, sinceMs: index } as const]),
  );
  const ends = new Map<string, () => void>();
  let steps = 0;
  return {
    steps: () => steps,
    /** A request that waits from now on, until the next step. */
    request: (pop: string): Promise<void> => {
      waiting.set(pop, { reason: 'queue', pop, sinceMs: 100 });
      return new Promise((resolve) => ends.set(pop, resolve));
    },
    control: {
      url: '',
      usage: async () => USAGE,
      advance: async () => undefined,
      setFaults: async () => undefined,
      faultReports: async () => [],
      cron: async () => [],
      upstreamCalls: async () => ({ calls: [], count: 0 }),
      operateUpstream: async () => ({ status: 200, body: null }),
      waiting: async () => [...waiting.values()],
      takeStatements: async () => [],
      step: async () => {
        steps += 1;
        for (const [pop, end] of ends) {
          waiting.delete(pop);
          end();
        }
        return 1;
      },
    } satisfies PlatformControl,
  };
}

describe('time', () => {
  test('is stepped while a request waits, whoever it is', async () => {
    const { control, request, steps } = controlOf('other');

    await whileStepping(control, request('mine'));

    expect(steps()).toBe(1);
  });

  test('stands still for a request that need not wait, although another one does', async () => {
    const { control, steps } = controlOf('other');

    await whileSteppingFor(control, async () => {
      for (let turns = 0; turns < 50; turns += 1) await control.waiting();
    });

    expect(steps()).toBe(0);
  });

  test('is stepped for a request that must wait itself', async () => {
    const { control, request, steps } = controlOf('other');

    await whileSteppingFor(control, () => request('mine'));

    expect(steps()).toBe(1);
  });
});
