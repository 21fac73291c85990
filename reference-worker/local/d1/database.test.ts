import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { Behaviour } from '../behaviour/index.ts';
import { FaultPlan } from '../faults/index.ts';
import { LatencyProfile, latencyProfiles } from '../latency/index.ts';
import { metaOf, openDatabase, rowsOf, withD1 } from '../testing/d1-client.ts';
import { freshFolder } from '../testing/fresh-folder.ts';
import { Bookmarks } from './bookmark.ts';
import { D1Database } from './database.ts';
import { Primary } from './primary.ts';

const append = 'INSERT INTO log SELECT coalesce(max(n), 0) + 1 FROM log';
const count = 'SELECT count(*) FROM log';
const lagging = withD1({ replicaLagMs: 1_000 });

test('each instance has an account of its own', async () => {
  const { ask, clock, database } = await openDatabase({
    latency: withD1({ readServiceMs: 4, writeServiceMs: 10 }),
  });
  const [{ requests: before = 0 } = {}] = database.usage();

  const asked = [ask(append), ask(append), ask(count), ask(count, { token: 'first-unconstrained' })];
  await clock.advance(1_000);
  await Promise.all(asked);

  const [primary, replica] = database.usage();
  expect(primary).toEqual({
    database: 'test',
    instance: 'primary',
    requests: before + 3,
    busyMs: before * 10 + 24,
    queueMs: 30,
    longestQueue: 2,
  });
  expect(replica).toEqual({
    database: 'test',
    instance: 'WEUR',
    requests: 1,
    busyMs: 4,
    queueMs: 0,
    longestQueue: 0,
  });
});

test('the bookmark rises with what changes the database, and not with a statement that finds nothing to do', async () => {
  const { ask } = await openDatabase();
  const bookmarks: (string | undefined)[] = [];
  for (const sql of [
    'SELECT 1',
    'CREATE TABLE IF NOT EXISTS log (n)',
    'DELETE FROM log',
    'CREATE VIEW v AS SELECT 1',
  ])
    bookmarks.push((await ask(sql)).bookmark);

  const [first = '', , , last = ''] = bookmarks;
  expect(bookmarks).toEqual([first, first, first, last]);
  expect(last > first).toBe(true);
});

describe('a session', () => {
  test.each([
    ['none', undefined, true, 1],
    ['first-primary', 'first-primary', true, 1],
    ['first-unconstrained', 'first-unconstrained', false, 0],
  ])('that starts with %s reads where it should', async (_, token, isPrimary, rows) => {
    const { ask } = await openDatabase({ latency: lagging });
    await ask(append);

    const reply = await ask(count, token === undefined ? {} : { token });

    expect(metaOf(reply).served_by_primary).toBe(isPrimary);
    expect(rowsOf(reply)).toEqual([[rows]]);
  });

  test('that carries a bookmark waits for the replica to reach it, and no longer', async () => {
    const { ask, clock, database } = await openDatabase({ latency: lagging });
    const { bookmark = '' } = await ask(append, { token: 'first-unconstrained' });
    await clock.advance(100);

    const read = ask(count, { token: bookmark });
    await clock.advance(899);
    const before = database.waiting();
    await clock.advance(1);

    expect(before).toMatchObject([{ reason: 'bookmark', database: 'test', region: 'WEUR' }]);
    expect(clock.now() - (before[0]?.sinceMs ?? 0)).toBe(900);
    expect(database.waiting()).toEqual([]);
    expect(rowsOf(await read)).toEqual([[1]]);
    expect(metaOf(await read).served_by_primary).toBe(false);
  });

  test('that carries an old bookmark does not wait, and learns how far the replica is', async () => {
    const { ask } = await openDatabase({ latency: lagging });
    const { bookmark: old = '' } = await ask(count, { token: 'first-unconstrained' });
    const { bookmark: written = '' } = await ask(append);

    const reply = await ask(count, { token: old });

    expect(reply.bookmark).toBe(old);
    expect(written > old).toBe(true);
  });

  test('that writes is forwarded to the primary, whatever it starts with, and reads the primary in the same batch', async () => {
    const { ask } = await openDatabase({ latency: lagging });

    const replies = [];
    for (const token of ['first-unconstrained', 'first-primary'])
      replies.push(await ask([{ sql: append }, { sql: count }], { token }));

    expect(replies.map((reply) => metaOf(reply).served_by_primary)).toEqual([true, true]);
    expect(replies.map(({ outcome }) => ('results' in outcome ? outcome.results[1]?.rows : []))).toEqual([
      [[1]],
      [[2]],
    ]);
  });

  test('whose read fails on a replica gets the bookmark of that replica', async () => {
    const { ask } = await openDatabase({ latency: lagging });
    const { bookmark: before } = await ask(count, { token: 'first-unconstrained' });
    await ask('CREATE TABLE late (a)');

    const failed = await ask('SELECT * FROM late', { token: 'first-unconstrained' });

    expect(rowsOf(failed)).toContain('no such table');
    expect(failed.bookmark).toBe(before);
  });
});

describe('a bookmark that is not one of the database', () => {
  const future = new Bookmarks('test', 1).at(1_000);
  const foreign = new Bookmarks('other', 9).at(9);
  const tokens = ['zzz', future, foreign];
  const open = async (foreignBookmarks: 'wait' | 'ignore' | 'primary' | 'refuse') => {
    const opened = await openDatabase({ latency: lagging, foreignBookmarks });
    await opened.ask(append);
    return opened;
  };

  test.each(tokens)('is waited for in vain: %s', async (token) => {
    const { ask, clock } = await open('wait');

    const read = ask(count, { token });
    await clock.advance(30_000);

    expect(rowsOf(await read)).toBe('D1 DB is overloaded. Requests queued for too long.');
  });

  test('is not waited for when it sorts low, and a future one is reached in time', async () => {
    const { ask, clock } = await open('wait');
    expect(
      rowsOf(await ask(count, { token: '00000000-00000001-00000000-ffffffffffffffffffffffffffffffff' })),
    ).toEqual([[0]]);

    const read = ask(count, { token: new Bookmarks('test', 1).at(3) });
    await ask(append);
    await clock.advance(1_000);

    expect(rowsOf(await read)).toEqual([[2]]);
  });

  test.each(tokens)('can be ignored, sent to the primary, or refused: %s', async (token) => {
    const replies = [];
    for (const policy of ['ignore', 'primary', 'refuse'] as const)
      replies.push(rowsOf(await (await open(policy)).ask(count, { token })));

    expect(replies).toEqual([[[0]], [[1]], 'The bookmark is not one of this database.']);
  });
});

describe('modelled time', () => {
  const ukEu = LatencyProfile.parse(latencyProfiles['uk-eu']);
  const fixed = withD1({
    roundTripMs: { LHR: { WEUR: 10, EEUR: 30 }, MAN: { WEUR: 0, EEUR: 0 }, EDI: { WEUR: 0, EEUR: 0 } },
    forwardingMs: { WEUR: 4, EEUR: 20 },
    readServiceMs: 2,
    writeServiceMs: 8,
    furtherStatementMs: 0.5,
  });
  const elapsed = async (sql: string[], token: string | undefined) => {
    const { ask, clock } = await openDatabase({ latency: fixed });
    const startMs = clock.now();
    let endMs = 0;
    const reply = ask(
      sql.map((each) => ({ sql: each })),
      token === undefined ? {} : { token },
    ).then((done) => {
      endMs = clock.now();
      return done;
    });
    await clock.advance(1_000);
    return { totalMs: endMs - startMs, meta: metaOf(await reply) };
  };

  test.each([
    ['a read on a replica', [count], 'first-unconstrained', 12],
    ['a read on the primary', [count], undefined, 12],
    ['a batch of three reads', [count, count, count], undefined, 13],
    ['a write', [append], undefined, 18],
    ['a write that reached a replica', [append], 'first-unconstrained', 22],
  ])('of %s is the way, the service, and the way back', async (_, sql, token, expectedMs) => {
    const { totalMs, meta } = await elapsed(sql, token);

    expect(totalMs).toBeCloseTo(expectedMs, 9);
    expect(meta.timings.sql_duration_ms).toBeCloseTo(
      (sql.includes(append) ? 8 : 2 + (sql.length - 1) / 2) / sql.length,
      9,
    );
  });

  test('occupies one instance and no other', async () => {
    const { ask, clock, database } = await openDatabase({
      latency: { ...ukEu, d1: { ...fixed.d1, readServiceMs: 100 } },
    });

    const reads = [1, 2, 3].map(() => ask(count, { token: 'first-unconstrained', pop: 'MAN' }));
    void ask(count, { pop: 'MAN' });
    await clock.advance(100);

    expect(database.waiting().map(({ reason, region }) => [reason, region])).toEqual([
      ['queue', 'WEUR'],
      ['queue', 'WEUR'],
    ]);
    await clock.advance(200);
    expect((await Promise.all(reads)).map(rowsOf)).toEqual([[[0]], [[0]], [[0]]]);
  });

  test.each([
    ['read', count, 'D1 DB exceeded its CPU time limit and was reset.'],
    ['write', append, 'D1 DB storage operation exceeded timeout which caused object to be reset.'],
  ])('of a %s beyond 30 s ends it, undone', async (_, sql, message) => {
    const { ask, clock } = await openDatabase({
      faults: [{ id: 'slow', kind: 'slow-shard', times: 1, addMs: 30_001 }],
    });

    const slow = ask(sql);
    await clock.advance(30_000);

    expect(rowsOf(await slow)).toBe(message);
    expect(rowsOf(await ask(count))).toEqual([[0]]);
  });

  test.each([
    ['read', count, 'D1 DB exceeded its CPU time limit and was reset.'],
    ['write', append, 'D1 DB storage operation exceeded timeout which caused object to be reset.'],
  ])('is not all: a %s whose SQL really takes more than 30 s is ended, undone', async (_, sql, message) => {
    let [nowMs, stepMs] = [0, 0];
    const now = () => {
      nowMs += stepMs;
      return nowMs;
    };
    const clock = { now, at: () => () => undefined };
    const file = join(freshFolder(), 'test.sqlite');
    const database = new D1Database({ id: 'test', file, behaviour: Behaviour.parse({}), clock });
    const handle = async (query: string) =>
      (await database.handle({ pop: 'LHR', token: undefined, queries: [{ sql: query }] })).reply;
    await handle('CREATE TABLE log (n INTEGER PRIMARY KEY)');
    const quick = await handle(append);

    stepMs = 30_001;
    const slow = await handle(sql);
    stepMs = 0;

    expect(quick?.outcome).toHaveProperty('results');
    expect(slow?.outcome).toEqual({ error: message });
    expect((await handle(count))?.outcome).toMatchObject({ results: [{ rows: [[1]] }] });
  });
});

test('a restart of the primary takes its queue with it', async () => {
  const { ask, clock, database } = await openDatabase({ latency: withD1({ readServiceMs: 100 }) });
  database.setFaults([
    ...FaultPlan.parse([{ id: 'reset', kind: 'd1-error', error: 'storage-reset', access: 'write' }]),
  ]);

  const first = ask(count);
  const others = [ask(append), ask(append)];
  await clock.advance(100);

  expect(rowsOf(await first)).toEqual([[0]]);
  const reset = 'Internal error in D1 DB storage caused object to be reset.';
  expect((await Promise.all(others)).map(rowsOf)).toEqual([reset, reset]);
  // The second one never came to be fired itself.
  expect(database.faultReports()[0]?.count).toBe(1);
});

test('a change of the schema, which counts no rows, lets the write-ahead log start again too', async () => {
  const { ask } = await openDatabase();
  await ask(append);
  const checkpoint = vi.spyOn(Primary.prototype, 'checkpoint');

  await ask('CREATE INDEX numbers ON log (n)');
  const before = checkpoint.mock.calls.length;
  await ask(append);
  await ask(append);

  const after = checkpoint.mock.calls.length;
  checkpoint.mockRestore();
  expect([before, after]).toEqual([0, 1]);
});
