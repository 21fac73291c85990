import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder } from '../test/fresh-folder.ts';
import { POPS } from '../topology.ts';
import { type Chance, chanceOf } from './chance.ts';
import { D1Database } from './d1/database.ts';
import { FaultInjector } from './faults/fault-injector.ts';
import { KvNamespace } from './kv/namespace.ts';
import { Plane, type PlaneInput } from './plane.ts';
import { VirtualClock } from './time/virtual-clock.ts';
import { WaitingRequests } from './waiting.ts';

const RUNS = 200;
const OPERATIONS = 60;

/** Everything that draws: lag, network, service, routes, staleness, and faults for a share of requests. */
const plane = (seed: number): PlaneInput => ({
  latency: 'pessimistic',
  clock: 'virtual',
  seed,
  faults: [
    { id: 'lag', kind: 'replica-lag', share: 0.3, addMs: 2_000 },
    { id: 'pause', kind: 'replica-pause', region: 'EEUR', fromMs: 5_000, forMs: 10_000 },
    { id: 'switch', kind: 'replica-switch', share: 0.2, to: 'EEUR' },
    { id: 'reset', kind: 'primary-reset', share: 0.1, commit: 'after' },
    { id: 'lost', kind: 'connection-lost', share: 0.1, when: 'after' },
    { id: 'slow', kind: 'slow-shard', share: 0.2, factor: 20 },
    { id: 'stale', kind: 'kv-stale-value', share: 0.2 },
    { id: 'error', kind: 'kv-error', share: 0.1 },
  ],
});

const pick = <Item>(items: readonly Item[], chance: Chance): Item =>
  items[Math.floor(chance() * items.length)] ?? (items[0] as Item);

/** Runs the same programme, many requests at once, and hashes every answer together with its time. */
async function historyOf(planSeed: number, programmeSeed = 1): Promise<string> {
  const clock = new VirtualClock();
  const parsed = Plane.parse(plane(planSeed));
  const database = new D1Database({
    id: 'test',
    file: join(freshFolder(), 'd1.sqlite'),
    plane: parsed,
    clock,
  });
  const faults = new FaultInjector(clock, planSeed, 'kv');
  const waiting = new WaitingRequests(clock);
  const namespace = new KvNamespace({
    id: 'kv',
    profile: parsed.latency.kv,
    clock,
    seed: planSeed,
    faults,
    waiting,
  });
  const chance = chanceOf(programmeSeed, 'programme');
  const log = createHash('sha256');
  const bookmarks: string[] = [];
  const record = async (operation: number, answer: Promise<unknown>): Promise<void> => {
    const outcome = await answer.catch((error: Error) => error.message);
    log.update(JSON.stringify([operation, clock.now(), outcome, waiting.list().length, database.waiting()]));
  };
  const d1 = async (sql: string, token?: string): Promise<unknown> => {
    const answer = await database.handle({ pop: pick(POPS, chance), token, queries: [{ sql }] });
    if (answer.reply?.bookmark) bookmarks.push(answer.reply.bookmark);
    return answer;
  };
  const put = (key: string, value: string) =>
    namespace.put(pick(POPS, chance), key, {
      value: Buffer.from(value),
      metadata: undefined,
      expiration: null,
      expirationTtl: null,
    });

  const running = [record(-1, d1('CREATE TABLE log (n INTEGER PRIMARY KEY)'))];
  await clock.advance(60_000);
  database.setFaults(parsed.faults);
  faults.set(parsed.faults);
  const operations = {
    write: () => d1('INSERT INTO log DEFAULT VALUES', 'first-unconstrained'),
    read: () => d1('SELECT count(*) FROM log', 'first-unconstrained'),
    'read with bookmark': () => d1('SELECT count(*) FROM log', bookmarks.at(-1)),
    put: () => put(pick(['a', 'b'], chance), `${chance()}`),
    get: () => namespace.get(pick(POPS, chance), pick(['a', 'b'], chance), null),
  };
  for (let operation = 0; operation < OPERATIONS; operation++) {
    running.push(record(operation, pick(Object.values(operations), chance)()));
    await clock.advance(chance() * 1_000);
  }
  await clock.advance(600_000);
  await Promise.all(running);
  database.close();
  return log.update(JSON.stringify([database.faultReports(), faults.report()])).digest('hex');
}

test(`the same seed gives the same history, ${RUNS} times`, async () => {
  const first = await historyOf(42);

  for (let run = 1; run < RUNS; run++) expect(await historyOf(42)).toBe(first);
});

test('another seed gives another history, of the data plane as of the programme', async () => {
  const histories = [await historyOf(42), await historyOf(43), await historyOf(42, 2)];

  expect(new Set(histories).size).toBe(3);
});
