import { join } from 'node:path';
import { WaitingRequests } from '../backend/index.ts';
import { Behaviour } from '../behaviour/index.ts';
import { VirtualClock } from '../clock/index.ts';
import { D1Database } from '../d1/index.ts';
import { FaultInjector } from '../faults/index.ts';
import { KvNamespace } from '../kv/index.ts';
import { dayOfFaults } from './day-of-faults.ts';

export const DOCUMENTS = 1_000;
const PREPARING_MS = 60_000;
const PREPARE = [
  'CREATE TABLE documents (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL)',
  `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${DOCUMENTS})
   INSERT INTO documents SELECT i, 0, printf('%.2000c', 'x') FROM n`,
];

export interface Setup {
  readonly database: D1Database;
  readonly namespace: KvNamespace;
  /** Of the database and of the namespace. */
  readonly nowMs: () => readonly [number, number];
  /** @param dayMs since the day began */
  readonly advanceTo: (dayMs: number) => Promise<void>;
  readonly fired: () => Record<string, number>;
  readonly close: () => void;
}

/** One database and one namespace, each with a clock of its own as in the data plane. */
export async function createSetup(seed: number, folder: string): Promise<Setup> {
  const behaviour = Behaviour.parse({
    latency: 'pessimistic',
    readReplication: 'auto',
    clock: 'virtual',
    seed,
    faults: dayOfFaults,
  });
  const clocks = [new VirtualClock(), new VirtualClock()] as const;
  const database = new D1Database({
    id: 'day',
    file: join(folder, 'day.sqlite'),
    behaviour,
    clock: clocks[0],
  });
  const faults = new FaultInjector(clocks[1], behaviour.seed, 'day');
  const namespace = new KvNamespace({
    id: 'day',
    profile: behaviour.latency.kv,
    clock: clocks[1],
    seed: behaviour.seed,
    faults,
    waiting: new WaitingRequests(clocks[1]),
  });
  // One after the other: side by side, the event loop would decide whose answer is logged first.
  const advance = async (ms: number): Promise<void> => {
    for (const clock of clocks) await clock.advance(ms);
  };
  const prepared = database.handle({
    pop: 'LHR',
    token: undefined,
    queries: PREPARE.map((sql) => ({ sql })),
  });
  await advance(PREPARING_MS);
  const { reply } = await prepared;
  if (!reply || 'error' in reply.outcome) throw new Error('The database could not be prepared.');
  database.setFaults(behaviour.faults);
  faults.set(behaviour.faults);
  const dawnMs = clocks[0].now();
  return {
    database,
    namespace,
    nowMs: () => [clocks[0].now(), clocks[1].now()],
    advanceTo: (dayMs) => advance(Math.max(0, dawnMs + dayMs - clocks[0].now())),
    fired: () => {
      const counts: Record<string, number> = {};
      for (const { id, count } of [...database.faultReports(), ...faults.report()])
        counts[id] = (counts[id] ?? 0) + count;
      return counts;
    },
    close: () => database.close(),
  };
}
