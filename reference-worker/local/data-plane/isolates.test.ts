import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listen } from '../backend/index.ts';
import { type Time, timeOf } from '../clock/index.ts';
import { FaultPlan } from '../faults/index.ts';
import type { Pop } from '../pops.ts';
import { IsolatesBackend } from './isolates.ts';

/** Stands in for an isolate: writes down what it is told, and answers as it is asked to. */
interface Told {
  readonly pop: Pop;
  readonly url: string;
  readonly commands: unknown[];
  readonly choices: unknown[];
}

const SLOW_MS = 25;
const servers: Server[] = [];
let time: Time;
let isolates: IsolatesBackend;
let lhr: Told;
let man: Told;

/** @param answer its n-th answer's status, and how long it takes */
async function startIsolate(
  pop: Pop,
  answer: (n: number) => { status?: number; slowMs?: number } = () => ({}),
) {
  const commands: unknown[] = [];
  const choices: unknown[] = [];
  let requests = 0;
  const server = createServer(async (request, response) => {
    const command = Object(await json(request));
    // With every plan; of no interest but to the test of it.
    if ('choice' in command) {
      choices.push(command);
      response.writeHead(204).end();
      return;
    }
    const { status = 204, slowMs = 0 } = answer(++requests);
    await sleep(slowMs);
    commands.push(command);
    response.writeHead(status).end();
  });
  servers.push(server);
  return { pop, url: `http://127.0.0.1:${await listen(server)}`, commands, choices };
}

const setIsolates = (...told: Told[]) =>
  isolates.set(
    told.map(({ pop, url }) => ({ pop, url, coldStarts: 2, callsOthers: false })),
    [],
  );
const setFaults = (...faults: object[]) => isolates.setFaults(FaultPlan.parse(faults));
const counts = async () => (await isolates.faultReports()).map(({ count }) => count);

beforeEach(async () => {
  time = timeOf('virtual');
  isolates = new IsolatesBackend(time, 1);
  lhr = await startIsolate('LHR');
  man = await startIsolate('MAN');
  setIsolates(lhr, man);
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

describe('a cold start', () => {
  const cold = (fault: object = {}) => ({ id: 'cold', kind: 'cold-isolate', ...fault });

  test('comes at its time, to its PoP', async () => {
    await isolates.advance(1_000);
    await setFaults(cold({ pop: 'MAN', fromMs: 100 }));
    await isolates.advance(99);
    expect([lhr.commands, man.commands]).toEqual([[], []]);

    await isolates.advance(1);

    expect([lhr.commands, man.commands]).toEqual([[], [{ cold: true }]]);
    expect(await isolates.faultReports()).toEqual([
      { id: 'cold', kind: 'cold-isolate', count: 1, firings: [{ atMs: 100, pop: 'MAN' }] },
    ]);
  });

  test('from the start on has come when the plan is set', async () => {
    await setFaults(cold());

    expect([lhr.commands, man.commands]).toEqual([[{ cold: true }], [{ cold: true }]]);
    expect(await counts()).toEqual([2]);
  });

  test('is logged at its time, however long the step and the answer', async () => {
    const slow = await startIsolate('EDI', () => ({ slowMs: SLOW_MS }));
    setIsolates(slow);
    await setFaults(cold({ fromMs: 100 }));

    await isolates.advance(5_000);

    expect(await isolates.faultReports()).toMatchObject([{ count: 1, firings: [{ atMs: 100, pop: 'EDI' }] }]);
  });

  test('reaches the isolate of every deployment in that PoP', async () => {
    const other = await startIsolate('LHR');
    setIsolates(lhr, other, man);

    await setFaults(cold({ pop: 'LHR' }));

    expect([lhr, other, man].map(({ commands }) => commands.length)).toEqual([1, 1, 0]);
    expect(await counts()).toEqual([2]);
  });

  test.each([409, 500])('that is answered with %i has not fired', async (status) => {
    const logged = vi.spyOn(console, 'error').mockReturnValue();
    const spent = await startIsolate('LHR', (n) => (n === 1 ? {} : { status }));
    setIsolates(spent, man);

    await setFaults(cold({ id: 'one', pop: 'LHR' }), cold({ id: 'two' }));

    expect(spent.commands).toHaveLength(2);
    expect(await isolates.faultReports()).toMatchObject([
      { count: 1, firings: [{ pop: 'LHR' }] },
      { count: 1, firings: [{ pop: 'MAN' }] },
    ]);
    expect(logged.mock.calls).toEqual([[expect.stringContaining(`isolate LHR: Error: ${status}`)]]);
  });

  test('that reaches nobody has not fired either, and the next one is tried', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const gone = servers.at(-1);
    gone?.close();

    await setFaults(cold({ pop: 'MAN' }), cold({ id: 'later', fromMs: 10 }));
    await isolates.advance(10);

    expect(await counts()).toEqual([0, 1]);
    expect(lhr.commands).toEqual([{ cold: true }]);
  });
});

describe('clock skew', () => {
  const skew = (skewMs: number, fault: object = {}) => ({
    id: `${skewMs}`,
    kind: 'clock-skew',
    skewMs,
    ...fault,
  });

  test('begins and ends at its times', async () => {
    await setFaults(skew(-5_000, { pop: 'LHR', fromMs: 100, forMs: 50 }));

    const seen: number[] = [];
    for (const ms of [99, 1, 49, 1, 1_000]) {
      await isolates.advance(ms);
      seen.push(lhr.commands.length);
    }

    expect(seen).toEqual([0, 1, 1, 2, 2]);
    expect(lhr.commands).toEqual([{ skewMs: -5_000 }, { skewMs: 0 }]);
    expect(man.commands).toEqual([]);
    expect(await isolates.faultReports()).toMatchObject([{ count: 1, firings: [{ atMs: 100, pop: 'LHR' }] }]);
  });

  test('lasts without an end', async () => {
    await setFaults(skew(7));

    await isolates.advance(1_000_000_000);

    expect([lhr.commands, man.commands]).toEqual([[{ skewMs: 7 }], [{ skewMs: 7 }]]);
  });

  test('ends last, also when one step holds its whole life and the isolate dawdles', async () => {
    const slow = await startIsolate('LHR', (n) => ({ slowMs: n === 1 ? SLOW_MS : 0 }));
    setIsolates(slow);
    await setFaults(skew(7, { fromMs: 10, forMs: 10 }));

    await isolates.advance(100);

    expect(slow.commands).toEqual([{ skewMs: 7 }, { skewMs: 0 }]);
  });

  test('is undone by the next plan, once and before that one begins', async () => {
    const slow = await startIsolate('LHR', (n) => ({ slowMs: n === 2 ? SLOW_MS : 0 }));
    setIsolates(slow, man);
    await setFaults(skew(7, { pop: 'LHR' }), skew(8, { fromMs: 10 }));

    await setFaults(skew(9, { pop: 'LHR' }));
    await setFaults();
    await setFaults();
    await isolates.advance(1_000);

    expect(slow.commands).toEqual([7, 0, 9, 0].map((skewMs) => ({ skewMs })));
    expect(man.commands).toEqual([]);
    expect(await isolates.faultReports()).toEqual([]);
  });

  test('that has ended needs no undoing', async () => {
    await setFaults(skew(7, { forMs: 10 }));
    await isolates.advance(10);

    await setFaults();

    expect(man.commands).toEqual([{ skewMs: 7 }, { skewMs: 0 }]);
  });

  test('gives way to a later one, which outlasts it', async () => {
    await setFaults(skew(1, { forMs: 1_000 }), skew(2, { pop: 'LHR', fromMs: 500, forMs: 1_000 }));

    await isolates.advance(1_000);
    const [lhrMs, manMs] = [lhr.commands.at(-1), man.commands.at(-1)];
    await isolates.advance(500);

    expect([lhrMs, manMs]).toEqual([{ skewMs: 2 }, { skewMs: 0 }]);
    expect(lhr.commands.at(-1)).toEqual({ skewMs: 0 });
  });

  test('comes back when a shorter one within it has ended', async () => {
    const [outer, inner] = [{ fromMs: 10 }, { fromMs: 20, forMs: 10 }];
    await setFaults(skew(1), skew(2, { pop: 'LHR', ...outer }), skew(3, inner));

    await isolates.advance(30);

    expect(lhr.commands).toEqual([1, 2, 3, 2].map((skewMs) => ({ skewMs })));
    expect(man.commands).toEqual([1, 3, 1].map((skewMs) => ({ skewMs })));
  });

  test.each([
    [1, 2],
    [2, 1],
  ])('that follows another at once lasts, in the order %i, %i of the plan', async (...order) => {
    const faults = [skew(1, { pop: 'LHR', forMs: 10 }), skew(2, { pop: 'LHR', fromMs: 10 })];
    await setFaults(...order.flatMap((place) => faults[place - 1] ?? []));

    await isolates.advance(10);

    expect(lhr.commands.at(-1)).toEqual({ skewMs: 2 });
  });
});

test('other faults are none of its business, but in its report; nobody waits here', async () => {
  await setFaults({ id: 'f', kind: 'kv-error' });
  await isolates.advance(10);

  expect([lhr.commands, man.commands]).toEqual([[], []]);
  expect(await isolates.faultReports()).toEqual([{ id: 'f', kind: 'kv-error', count: 0, firings: [] }]);
  expect(await isolates.waiting()).toEqual([]);
});

test('the choice of isolates begins anew with each plan', async () => {
  await setFaults();
  await setFaults({ id: 'f', kind: 'kv-error' });

  expect([lhr.choices, man.choices]).toEqual(Array(2).fill([{ choice: 'anew' }, { choice: 'anew' }]));
});

test('a plan that wants more cold starts than are left is told which', async () => {
  const plan = (...ids: string[]) =>
    FaultPlan.parse(ids.map((id) => ({ id, kind: 'cold-isolate', pop: 'MAN' })));

  const lacks = [isolates.lackFor(plan('a', 'b')), isolates.lackFor(plan('a', 'b', 'c'))];
  await isolates.setFaults(plan('a'));
  lacks.push(isolates.lackFor(plan('b')), isolates.lackFor(plan('b', 'c')));

  expect(lacks).toEqual([
    undefined,
    expect.stringContaining('planned in MAN: 3; the Worker is held ready for 2 more'),
    undefined,
    expect.stringContaining('planned in MAN: 2; the Worker is held ready for 1 more'),
  ]);
});
