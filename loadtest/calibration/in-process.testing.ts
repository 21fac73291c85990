import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WaitingRequests } from '../../reference-worker/local/backend/index.ts';
import { VirtualClock } from '../../reference-worker/local/clock/index.ts';
import { D1Database, type D1Reply } from '../../reference-worker/local/d1/index.ts';
import { FaultInjector } from '../../reference-worker/local/faults/index.ts';
import { KvNamespace, KvRefusal } from '../../reference-worker/local/kv/index.ts';
import { POPS, type Pop } from '../../reference-worker/target/index.ts';
import type { Hidden } from './hidden-profile.testing.ts';
import type { Done, Send, Timing } from './probe.ts';
import type { Question } from './spending.ts';

/** The platform's own D1 and KV within this process, and the probe's answers about them without workerd and HTTP. */
export interface InProcess {
  readonly urls: readonly string[];
  readonly send: Send;
  readonly timing: Timing;
  usage(): { readonly kvReads: number; readonly kvWrites: number };
  stop(): void;
}

const READ = 'SELECT mark FROM probe_mark WHERE id = 1';
const READY = [
  'CREATE TABLE IF NOT EXISTS probe_mark (id INTEGER PRIMARY KEY, mark INTEGER NOT NULL)',
  'INSERT INTO probe_mark (id, mark) VALUES (1, 0) ON CONFLICT (id) DO NOTHING',
];

/** A thousand times as fast as the same behind workerd: for many profiles. Isolates are workerd's, and there is one. */
export function startInProcess(hidden: Hidden): InProcess {
  const folder = mkdtempSync(join(tmpdir(), 'shardproof-in-process-'));
  const clock = new VirtualClock();
  const open = (id: string) =>
    new D1Database({ id, file: join(folder, `${id}.sqlite`), behaviour: hidden, clock });
  const databases = { DB: open('DB'), OTHER: open('OTHER') };
  const faults = new FaultInjector(clock, hidden.seed, 'KV');
  const { kv: profile } = hidden.latency;
  const kv = new KvNamespace({
    ...{ id: 'KV', profile, clock, seed: hidden.seed, faults, waiting: new WaitingRequests(clock) },
  });
  const answerer = answererOf(databases, kv);
  return {
    urls: POPS,
    send: async (url, question) => {
      const pop = POPS.find((each) => each === url);
      if (!pop) throw new Error(`There is no PoP ${url}.`);
      const did = await answerer(pop, question);
      return { status: 200, body: JSON.stringify({ probe: 1, colo: pop, isolate: 'only', did }) };
    },
    timing: {
      now: () => clock.now(),
      sleep: (ms) => clock.advance(ms),
      during: async (work) => {
        let isDone = false;
        const finish = (): void => {
          isDone = true;
        };
        work.then(finish, finish);
        while (!isDone) await clock.advance(clock.untilNextMs() ?? 0);
        return work;
      },
    },
    usage: () => {
      const { reads, writes } = kv.usage();
      return { kvReads: reads, kvWrites: writes };
    },
    stop: () => {
      databases.DB.close();
      databases.OTHER.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Does what the probe does; see reference-worker/probe/src. */
function answererOf(databases: Readonly<Record<'DB' | 'OTHER', D1Database>>, kv: KvNamespace) {
  const ask = async (
    pop: Pop,
    name: 'DB' | 'OTHER',
    token: string | undefined,
    sqls: readonly (readonly [sql: string, ...params: number[]])[],
  ): Promise<Done> => {
    const queries = sqls.map(([sql, ...params]) => ({ sql, params }));
    const { reply } = await databases[name].handle({ pop, token, queries });
    return { ...doneOf(reply), database: name };
  };
  const inTurn = async (times: number, once: (at: number) => Promise<Done>): Promise<Done[]> => {
    const dids: Done[] = [];
    for (let at = 0; at < times; at += 1) dids.push(await once(at));
    return dids;
  };
  return async (pop: Pop, question: Question): Promise<readonly Done[]> => {
    const times = 'times' in question ? (question.times ?? 1) : 1;
    if (question.does === 'ready')
      return inTurn(2, (at) =>
        ask(
          pop,
          at === 0 ? 'DB' : 'OTHER',
          undefined,
          READY.map((sql) => [sql] as const),
        ),
      );
    if (question.does === 'read') {
      const { of = ['DB'], session } = question;
      return (
        await Promise.all(of.map((name) => inTurn(times, () => ask(pop, name, session, [[READ]]))))
      ).flat();
    }
    if (question.does === 'write') {
      const { database = 'DB', session, mark } = question;
      const sql = 'UPDATE probe_mark SET mark = ? WHERE id = 1';
      return inTurn(times, (at) => ask(pop, database, session, [[sql, mark + at]]));
    }
    if (question.does === 'batch')
      return [
        await ask(
          pop,
          'DB',
          undefined,
          Array.from({ length: question.statements }, () => [READ] as const),
        ),
      ];
    if (question.does === 'get')
      return inTurn(times, async () => {
        const { entry, cacheStatus } = await kv.get(pop, question.key, null);
        return { value: entry?.value.toString() ?? null, cacheStatus };
      });
    if (question.does !== 'put') return [];
    const put = {
      value: Buffer.from(question.value),
      metadata: undefined,
      expiration: null,
      expirationTtl: '3600',
    };
    return Promise.all(
      Array.from({ length: times }, () =>
        kv.put(pop, question.key, put).then(
          () => ({}),
          (error: unknown) => {
            if (error instanceof KvRefusal) return { error: error.message };
            throw error;
          },
        ),
      ),
    );
  };
}

function doneOf(reply: D1Reply | undefined): Done {
  if (!reply || 'error' in reply.outcome)
    return { error: reply && 'error' in reply.outcome ? reply.outcome.error : 'lost' };
  const { results } = reply.outcome;
  const [first] = results;
  const mark = first?.rows[0]?.[0];
  return {
    mark: typeof mark === 'number' ? mark : null,
    region: first?.meta.served_by_region,
    colo: first?.meta.served_by_colo,
    isPrimary: first?.meta.served_by_primary,
    attempts: first?.meta.total_attempts,
    sqlMs: results.reduce((sum, { meta }) => sum + meta.timings.sql_duration_ms, 0),
    bookmark: reply.bookmark,
  };
}
