import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Behaviour } from '../behaviour/index.ts';
import { KvRefusal } from '../kv/index.ts';
import { type Chance, chanceOf } from '../latency/index.ts';
import { POPS } from '../pops.ts';
import { openDatabase } from '../testing/d1-client.ts';
import { openNamespace, PESSIMISTIC, put } from '../testing/open-namespace.ts';

const RUNS = 200;
const OPERATIONS = 60;

/** Everything that draws: lag, network, service, routes, staleness, and faults for a share of requests. */
const behaviourOf = (seed: number) =>
  Behaviour.parse({
    latency: 'pessimistic',
    readReplication: 'auto',
    seed,
    faults: [
      { id: 'lag', kind: 'replica-lag', share: 0.3, addMs: 2_000 },
      { id: 'pause', kind: 'replica-pause', region: 'EEUR', fromMs: 5_000, forMs: 10_000 },
      { id: 'switch', kind: 'replica-switch', share: 0.2, to: 'EEUR' },
      { id: 'reset', kind: 'd1-error', error: 'storage-reset', share: 0.1, commit: 'after' },
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
  const behaviour = behaviourOf(planSeed);
  const { clock, database } = await openDatabase(behaviour);
  const { kv, waiting, faults } = openNamespace(PESSIMISTIC, behaviour.faults, planSeed, 'kv', clock);
  const chance = chanceOf(programmeSeed, 'programme');
  const log = createHash('sha256');
  const bookmarks: string[] = [];
  const record = async (operation: number, answer: Promise<unknown>): Promise<void> => {
    const outcome = await answer.catch((error: unknown) => {
      if (error instanceof KvRefusal) return error.message;
      throw error;
    });
    log.update(JSON.stringify([operation, clock.now(), outcome, waiting.list().length, database.waiting()]));
  };
  const d1 = async (sql: string, token?: string): Promise<unknown> => {
    const answer = await database.handle({ pop: pick(POPS, chance), token, queries: [{ sql }] });
    if (answer.reply?.bookmark) bookmarks.push(answer.reply.bookmark);
    return answer;
  };

  const running: Promise<void>[] = [];
  const operations = [
    () => d1('INSERT INTO log DEFAULT VALUES', 'first-unconstrained'),
    () => d1('SELECT count(*) FROM log', 'first-unconstrained'),
    () => d1('SELECT count(*) FROM log', bookmarks.at(-1)),
    () => put(kv, pick(POPS, chance), pick(['a', 'b'], chance), `${chance()}`),
    () => kv.get(pick(POPS, chance), pick(['a', 'b'], chance), null),
  ];
  for (let operation = 0; operation < OPERATIONS; operation++) {
    running.push(record(operation, pick(operations, chance)()));
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
