import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fault, type FaultKind } from './faults/index.ts';
import { type PlatformControl, whileStepping } from './platform-control.ts';
import type { Pop } from './pops.ts';
import { withD1 } from './testing/d1-client.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import type { MemoryReply } from './testing/memory-worker.ts';
import {
  type CacheCall,
  type D1Call,
  type KvCall,
  type Outcome,
  type ProbeRequest,
  probe,
} from './testing/probe.ts';
import { probeOptions } from './testing/targets.ts';
import { startWorker } from './worker.ts';
import { type Platform, startWorkers } from './workers.ts';

/**
 * Every fault fires, as a Worker sees it through workerd's own clients. That the reference Worker survives each is
 * shown by conformance/checks/robustness.
 */
let platform: Platform;
let control: PlatformControl;
beforeAll(async () => {
  platform = await startWorkers({
    ...probeOptions(freshFolder(), { kv: true }),
    behaviour: { clock: 'virtual', latency: withD1({}), readReplication: 'auto' },
  });
  control = platform.control;
  await d1({ method: 'exec', sql: 'CREATE TABLE log (n INTEGER PRIMARY KEY)' });
});
afterAll(() => platform?.stop());

const url = (): string => platform.deployments[0]?.urls.LHR ?? '';
const ask = async (request: ProbeRequest): Promise<readonly Outcome[]> =>
  (await whileStepping(control, probe(url(), request))).outcomes;
const d1 = (...calls: D1Call[]) => ask({ d1: calls });
/** In a session that any instance may serve. */
const anywhere = (...calls: D1Call[]) => ask({ session: 'first-unconstrained', d1: calls });
const kv = (...calls: KvCall[]) => ask({ kv: calls });

const append: D1Call = { method: 'run', sql: 'INSERT INTO log DEFAULT VALUES' };
const count: D1Call = { method: 'first', sql: 'SELECT count(*) AS n FROM log' };
const lines = async (read = d1): Promise<number> => JSON.parse(JSON.stringify(await read(count)))[0].value.n;
const countAll: D1Call = { method: 'all', sql: 'SELECT count(*) AS n FROM log' };
const metaOfCount = async (read = anywhere) => JSON.parse(JSON.stringify(await read(countAll)))[0].value.meta;
const get: KvCall = { method: 'get', key: 'k' };
const put = (value: string): KvCall => ({ method: 'put', key: 'k', value });

const tested = new Set<FaultKind>();

/** Sets the plan, lets it fire, and demands that the log says so. */
async function firing(
  fault: { readonly kind: FaultKind } & Record<string, unknown>,
  on: PlatformControl,
  work: () => Promise<void>,
): Promise<void> {
  tested.add(fault.kind);
  await on.setFaults([{ id: 'planned', ...fault }]);
  try {
    await work();
    const [report] = await on.faultReports();
    expect(report).toMatchObject({ id: 'planned', kind: fault.kind, count: expect.any(Number) });
    expect(report?.count).toBeGreaterThan(0);
    expect(report?.firings.length).toBe(report?.count);
  } finally {
    await on.setFaults([]);
  }
}

describe('replicas', () => {
  test('replica-lag: a commit is shown later, and then it is', async () => {
    await firing({ kind: 'replica-lag', addMs: 5_000, region: 'WEUR' }, control, async () => {
      const before = await lines();
      await d1(append);

      expect(await lines(anywhere)).toBe(before);
      await control.advance(5_000);
      expect(await lines(anywhere)).toBe(before + 1);
    });
  });

  test('replica-pause: nothing new is shown until it ends', async () => {
    await firing({ kind: 'replica-pause', forMs: 10_000 }, control, async () => {
      const before = await lines();
      await d1(append);
      await control.advance(9_999);

      expect(await lines(anywhere)).toBe(before);
      await control.advance(1);
      expect(await lines(anywhere)).toBe(before + 1);
    });
  });

  test('replica-switch: another region answers', async () => {
    expect(await metaOfCount()).toMatchObject({ served_by_region: 'WEUR' });

    await firing({ kind: 'replica-switch', to: 'EEUR' }, control, async () => {
      expect(await metaOfCount()).toMatchObject({ served_by_region: 'EEUR', served_by_primary: false });
    });
  });

  test('schema-behind: the new table is missing, older tables are not', async () => {
    await firing({ kind: 'schema-behind', addMs: 5_000 }, control, async () => {
      await d1({ method: 'exec', sql: 'CREATE TABLE late (a)' });
      const select: D1Call = { method: 'raw', sql: 'SELECT * FROM late' };

      expect(await anywhere(select)).toEqual([{ error: 'D1_ERROR: no such table: late: SQLITE_ERROR' }]);
      expect(await lines(anywhere)).toBe(await lines());
      await control.advance(5_000);
      expect(await anywhere(select)).toEqual([{ value: [['a']] }]);
    });
  });
});

describe('the primary', () => {
  const reset = 'D1_ERROR: Internal error in D1 DB storage caused object to be reset.';

  test.each([
    ['before', 0],
    ['after', 1],
  ])('d1-error %s the commit: an error, and %d more rows', async (commit, more) => {
    const before = await lines();

    await firing({ kind: 'd1-error', error: 'storage-reset', commit, access: 'write' }, control, async () => {
      expect(await d1(append)).toEqual([{ error: reset }]);
    });

    expect(await lines()).toBe(before + more);
  });

  test('d1-error: D1 itself tries a read twice more, and says so', async () => {
    await firing(
      { kind: 'd1-error', error: 'storage-reset', commit: 'before', access: 'read', times: 2 },
      control,
      async () => {
        expect(await metaOfCount(d1)).toMatchObject({ total_attempts: 3 });
      },
    );
    await firing(
      { kind: 'd1-error', error: 'storage-reset', commit: 'before', access: 'read', times: 3 },
      control,
      async () => {
        expect(await d1(count)).toEqual([{ error: reset }]);
      },
    );
  });

  test.each([
    ['too-many-queued', 'D1_ERROR: D1 DB is overloaded. Too many requests queued.'],
    ['queued-too-long', 'D1_ERROR: D1 DB is overloaded. Requests queued for too long.'],
  ])('overloaded, %s: an error, and nothing is written', async (reason, error) => {
    const before = await lines();

    await firing({ kind: 'overloaded', reason }, control, async () => {
      expect(await d1(append)).toEqual([{ error }]);
    });

    expect(await lines()).toBe(before);
  });

  test('slow-shard: the request occupies the database for longer', async () => {
    await firing({ kind: 'slow-shard', addMs: 7_000, database: 'shard-eu-1' }, control, async () => {
      expect(await metaOfCount(d1)).toMatchObject({ timings: { sql_duration_ms: 7_000 } });
    });
  });
});

describe('the connection', () => {
  test.each([
    ['before', 'Network connection lost.', 0],
    ['after', 'Network connection lost.', 1],
    ['mid-reply', 'D1_ERROR: Network connection lost.', 1],
  ])('connection-lost %s: %s, and %d more rows', async (when, error, more) => {
    const before = await lines();

    await firing({ kind: 'connection-lost', when, access: 'write' }, control, async () => {
      expect(await d1(append)).toEqual([{ error }]);
    });

    expect(await lines()).toBe(before + more);
  });
});

describe('KV', () => {
  test('kv-stale-value: the value before the newest', async () => {
    await kv(put('old'), put('new'));

    await firing({ kind: 'kv-stale-value', keyPattern: '^k$', namespace: 'cache' }, control, async () => {
      expect(await kv(get)).toMatchObject([{ value: { value: 'old' } }]);
    });

    expect(await kv(get)).toMatchObject([{ value: { value: 'new' } }]);
  });

  test('kv-stale-absence: nothing, although there is something', async () => {
    await kv(put('there'));

    await firing({ kind: 'kv-stale-absence' }, control, async () => {
      expect(await kv(get)).toMatchObject([{ value: { value: null } }]);
    });

    expect(await kv(get)).toMatchObject([{ value: { value: 'there' } }]);
  });

  test('kv-error: in the words of the binding, for the operation that was chosen', async () => {
    await firing({ kind: 'kv-error', status: 503, operation: 'get' }, control, async () => {
      expect(await kv(get, put('x'))).toEqual([{ error: 'KV GET failed: 503 Service Unavailable' }, {}]);
    });
  });

  test('kv-write-limit: as if the key had just been written', async () => {
    await firing({ kind: 'kv-write-limit' }, control, async () => {
      expect(await kv(put('refused'))).toEqual([{ error: 'KV PUT failed: 429 Too Many Requests' }]);
    });

    expect(await kv(get)).not.toMatchObject([{ value: { value: 'refused' } }]);
  });

  test('kv-slow: the request waits for the store', async () => {
    await firing({ kind: 'kv-slow', addMs: 9_000 }, control, async () => {
      const reading = probe(url(), { kv: [get] });

      await expect
        .poll(control.waiting, { timeout: 20_000 })
        .toMatchObject([{ reason: 'store', namespace: 'cache', pop: 'LHR' }]);
      await control.advance(9_000);
      expect((await reading).outcomes).toMatchObject([{ value: {} }]);
    });
  });
});

test('cache-eviction: what the Cache API has stored is gone when it is asked for', async () => {
  const key = 'https://cache.example/evicted';
  const stored = { body: 'stored', headers: [['cache-control', 'max-age=60']] } as const;
  const cache = (...calls: CacheCall[]) => ask({ cache: calls });

  await firing({ kind: 'cache-eviction', keyPattern: 'evicted$', times: 1 }, control, async () => {
    const match = { method: 'match', url: key } as const;
    const put = { method: 'put', url: key, response: stored } as const;
    expect(await cache(put, match, put, match)).toEqual([
      ...[{}, {}, {}],
      { value: expect.objectContaining({ body: 'stored' }) },
    ]);
  });
});

describe('the Worker itself', () => {
  let memory: Platform;
  beforeAll(async () => {
    const entry = join(import.meta.dirname, 'testing', 'memory-worker.ts');
    memory = await startWorker({
      entry,
      stateDir: freshFolder(),
      behaviour: { clock: 'virtual', isolatesPerPop: 1, coldStarts: { LHR: 1 } },
    });
  });
  afterAll(() => memory?.stop());
  const remember = async (pop: Pop): Promise<MemoryReply> =>
    JSON.parse(await (await fetch(memory.deployments[0]?.urls[pop] ?? '')).text());

  test('cold-isolate: what it held in memory is gone, in that PoP', async () => {
    const before = [await remember('LHR'), await remember('MAN')];

    await firing({ kind: 'cold-isolate', pop: 'LHR', fromMs: 1_000 }, memory.control, async () => {
      expect((await remember('LHR')).requests).toBe((before[0]?.requests ?? 0) + 1);
      await memory.control.advance(1_000);
      expect((await remember('LHR')).requests).toBe(1);
      expect((await remember('MAN')).requests).toBe((before[1]?.requests ?? 0) + 1);
    });
  });

  test('clock-skew: its Date is ahead in that PoP, until it ends', async () => {
    const hourMs = 3_600_000;
    const aheadMs = async (pop: Pop): Promise<number> => ((await remember(pop)).clocks[0] ?? 0) - Date.now();

    await firing(
      { kind: 'clock-skew', pop: 'EDI', skewMs: hourMs, forMs: 1_000 },
      memory.control,
      async () => {
        expect((await aheadMs('EDI')) / hourMs).toBeCloseTo(1, 1);
        expect((await aheadMs('LHR')) / hourMs).toBeCloseTo(0, 1);
        await memory.control.advance(1_000);
        expect((await aheadMs('EDI')) / hourMs).toBeCloseTo(0, 1);
      },
    );
  });
});

test('no kind of fault is without a test', () => {
  const kinds = Fault.options.map((option) => option.shape.kind.value);
  // Those of an upstream are shown in upstream.test.ts, those of R2 in buckets.test.ts.
  expect([...tested].sort()).toEqual(kinds.filter((kind) => !/^(upstream|r2)-/.test(kind)).sort());
});
