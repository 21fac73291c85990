import { statSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { LatencyProfile } from '../latency/index.ts';
import { metaOf, type OpenDatabase, openDatabase, rowsOf, withD1 } from '../testing/d1-client.ts';
import { Snapshots } from './snapshots.ts';

const ANY = { token: 'first-unconstrained' };
const append = 'INSERT INTO log SELECT coalesce(max(n), 0) + 1 FROM log';
const newest = 'SELECT coalesce(max(n), 0), count(*) FROM log';

/** LHR reads in western Europe, EDI in eastern Europe. */
const twoRegions = (replicaLagMs: LatencyProfile['d1']['replicaLagMs']): LatencyProfile =>
  withD1({
    replicaLagMs,
    nearest: {
      LHR: { primary: 0, WEUR: 1 },
      MAN: { primary: 0, WEUR: 1 },
      EDI: { primary: 0, EEUR: 1 },
    },
  });

describe('a replica', () => {
  test('shows a commit after its lag, whole, and not before', async () => {
    const { ask, clock } = await openDatabase({ latency: twoRegions(1_000), clock: 'virtual' });
    await ask([{ sql: append }, { sql: append }]);

    const readings = [];
    for (const ms of [0, 999, 1]) {
      await clock.advance(ms);
      readings.push(rowsOf(await ask(newest, ANY))[0]);
    }

    expect(readings).toEqual([
      [0, 0],
      [0, 0],
      [2, 2],
    ]);
  });

  test('says that it is one, and where; a query outside a session is for the primary', async () => {
    const { ask } = await openDatabase({ latency: twoRegions(0) });

    const served = [await ask(newest, ANY), await ask(newest, { ...ANY, pop: 'EDI' }), await ask(newest)].map(
      metaOf,
    );

    expect(
      served.map((meta) => [meta.served_by_primary, meta.served_by_region, meta.served_by_colo]),
    ).toEqual([
      [false, 'WEUR', 'FRA'],
      [false, 'EEUR', 'WAW'],
      [true, 'WEUR', 'AMS'],
    ]);
  });

  test('shows an old schema until the new one arrives', async () => {
    const { ask, clock } = await openDatabase({ latency: twoRegions(1_000) });
    await ask('CREATE TABLE late (a)');
    await ask('ALTER TABLE log ADD COLUMN label TEXT');

    const before = [
      rowsOf(await ask('SELECT * FROM late', ANY)),
      rowsOf(await ask('SELECT label FROM log', ANY)),
    ];
    await clock.advance(1_000);

    expect(before).toEqual(['no such table: late: SQLITE_ERROR', 'no such column: label: SQLITE_ERROR']);
    expect(rowsOf(await ask('SELECT * FROM late', ANY))).toEqual([]);
    expect(rowsOf(await ask('SELECT * FROM log', ANY))).toEqual([]);
  });

  test('a statement prepared under the old schema shows the columns of the new one', async () => {
    const { ask, clock } = await openDatabase({ latency: twoRegions(1_000) });
    await ask(append);
    await clock.advance(1_000);
    expect(rowsOf(await ask('SELECT * FROM log', ANY))).toEqual([[1]]);

    await ask('ALTER TABLE log ADD COLUMN label TEXT');
    await clock.advance(1_000);

    const { outcome } = await ask('SELECT * FROM log', ANY);
    expect(outcome).toMatchObject({ results: [{ columns: ['n', 'label'], rows: [[1, null]] }] });
  });
});

describe('under steady writes a replica', () => {
  test('stays as far behind as its lag, and does not wait for a pause', async () => {
    const { ask, clock } = await openDatabase({ latency: twoRegions(1_000) });
    const behind: number[] = [];

    for (let write = 1; write <= 100; write++) {
      await ask(append);
      await clock.advance(100);
      const [[highest] = []] = rowsOf(await ask(newest, ANY));
      behind.push(write - Number(highest));
    }

    // A write every 100 ms and a lag of 1,000: ten behind, less the one that arrives with the reading.
    expect(new Set(behind.slice(20))).toEqual(new Set([9]));
  });

  test('goes on showing what it shows, however near the next commit is and whatever another replica shows', async () => {
    const { ask, clock, database } = await openDatabase({ latency: twoRegions(1_000) });
    await clock.advance(5_000);
    database.setFaults([{ id: 'p', kind: 'replica-pause', region: 'EEUR', fromMs: 0 }]);
    await ask(append);
    await clock.advance(10);
    await ask(append);
    await clock.advance(1_500);

    await ask(append);

    expect(rowsOf(await ask(newest, ANY))).toEqual([[2, 2]]);
    expect(rowsOf(await ask(newest, { ...ANY, pop: 'EDI' }))).toEqual([[0, 0]]);
  });
});

/** What one step of a random history does. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'write' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'failing write' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('read' as const), pop: fc.constantFrom('LHR', 'EDI') }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(400) }) },
);

test('every replica shows states that were committed, whole, in order, and within the longest lag', async () => {
  const latency = twoRegions({ min: 10, p50: 100, p95: 300, p99: 500 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), fc.nat(1_000), async (steps, seed) => {
      const { ask, clock, database } = await openDatabase({ latency, clock: 'virtual', seed });
      const committedMs = [Number.NEGATIVE_INFINITY];
      const shown = { LHR: 0, EDI: 0 };
      for (const each of steps) {
        if (each.kind === 'wait') await clock.advance(each.ms);
        if (each.kind === 'failing write') await ask('INSERT INTO log VALUES (1), (1)');
        if (each.kind === 'write') {
          await ask(append);
          committedMs.push(clock.now());
        }
        if (each.kind !== 'read') continue;
        const reply = await ask([{ sql: newest }, { sql: newest }], { ...ANY, pop: each.pop });
        const [[highest, count] = []] = rowsOf(reply);
        expect(count).toBe(highest);
        expect(highest).toBeGreaterThanOrEqual(shown[each.pop]);
        // The tail of the distribution is unbounded; 5 s is beyond what a few hundred draws can reach.
        const stale = committedMs.filter((ms, n) => n > Number(highest) && ms < clock.now() - 5_000);
        expect(stale).toEqual([]);
        // Commits before the table was made count too.
        expect(Number.parseInt(reply.bookmark?.slice(9, 17) ?? '', 16)).toBe(Number(highest) + 1);
        shown[each.pop] = Number(highest);
      }
      await clock.advance(60_000);
      for (const pop of ['LHR', 'EDI'] as const)
        expect(rowsOf(await ask(newest, { ...ANY, pop }))).toEqual([
          [committedMs.length - 1, committedMs.length - 1],
        ]);
      database.close();
    }),
    { numRuns: 40 },
  );
});

describe('what the replicas cost', () => {
  const writes = async ({ ask, clock }: OpenDatabase, count: number, gapMs: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      await ask('INSERT INTO big (b) VALUES (zeroblob(5000)) ON CONFLICT (n) DO NOTHING');
      await ask('SELECT 1', ANY);
      await clock.advance(gapMs);
    }
  };

  test.each([
    ['far apart', 3_000, 64],
    ['near to each other', 10, 8],
  ])(
    'a thousand commits %s hold a bounded number of states, and the last one arrives',
    async (_, gapMs, states) => {
      const open = await openDatabase({ latency: twoRegions(60_000) });
      await open.clock.advance(1);
      const hold = vi.spyOn(Snapshots.prototype, 'hold');
      open.database.setFaults([{ id: 'p', kind: 'replica-pause', fromMs: 0, forMs: 3_000_000 }]);

      for (let n = 0; n < 1_000; n++) {
        await open.ask(append);
        await open.clock.advance(gapMs);
      }
      await open.clock.advance(3_000_000 - 1_000 * gapMs - 1);
      const held = hold.mock.calls.length;
      hold.mockRestore();
      const early = rowsOf(await open.ask(newest, ANY));
      await open.clock.advance(60_001);

      expect(held).toBeLessThanOrEqual(states);
      expect(early).toEqual([[0, 0]]);
      expect(rowsOf(await open.ask(newest, ANY))).toEqual([[1_000, 1_000]]);
    },
  );

  test.each([
    ['without lag', 0],
    ['when the replicas have caught up now and then', 5],
  ])('the write-ahead log starts again %s', async (_, lagMs) => {
    const open = await openDatabase({ latency: twoRegions(lagMs) });
    await open.ask('CREATE TABLE big (n INTEGER PRIMARY KEY, b BLOB)');

    await writes(open, 6_000, 10);

    // 6,000 rows of two pages each would be 50 MB and more, were the log never started again.
    expect(statSync(`${open.file}-wal`).size).toBeLessThan(25_000_000);
    expect(rowsOf(await open.ask('SELECT count(*) FROM big', ANY))).toEqual([[6_000]]);
    open.database.close();
  });

  test('a log that has grown long makes lagging replicas catch up once', async () => {
    const open = await openDatabase({ latency: twoRegions(3_600_000) });
    await open.ask('CREATE TABLE big (n INTEGER PRIMARY KEY, b BLOB)');
    const { bookmark = '' } = await open.ask('SELECT 1');
    const waiting = open.ask('SELECT count(*) FROM big', { token: bookmark });

    // 2,000 rows of 150 kB are 300 MB; the limit is 256.
    for (let n = 0; n < 2_100; n++) await open.ask('INSERT INTO big (b) VALUES (zeroblob(150000))');

    expect(rowsOf(await waiting)).toEqual([[2_000]]);
    open.database.close();
  });
});
