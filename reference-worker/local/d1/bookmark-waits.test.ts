import { expect, test } from 'vitest';
import { CountingClock } from '../testing/counting-clock.ts';
import { metaOf, openDatabase, rowsOf, withD1 } from '../testing/d1-client.ts';
import { Bookmarks } from './bookmark.ts';

const open = async () => {
  const clock = new CountingClock();
  const lagging = withD1({ replicaLagMs: 1_000, bookmarkWaitMs: 5_000 });
  const { ask, database } = await openDatabase({ latency: lagging }, undefined, clock);
  const write = async () => (await ask('INSERT INTO log DEFAULT VALUES')).bookmark ?? '';
  const read = (token: string) => ask('SELECT count(*) FROM log', { token });
  return { clock, database, write, read };
};

test('requests that wait are answered in the order in which their bookmarks are reached, and leave no timer', async () => {
  const { clock, write, read } = await open();
  const order: string[] = [];

  const bookmarks: string[] = [];
  for (let n = 0; n < 3; n++) {
    bookmarks.push(await write());
    await clock.advance(100);
  }
  const reads = bookmarks
    .toReversed()
    .map((bookmark) => read(bookmark).then((reply) => order.push(`${rowsOf(reply)}`)));
  await clock.advance(0);
  const waiting = clock.pending;
  await clock.advance(1_000);
  await Promise.all(reads);

  expect(order).toEqual(['1', '2', '3']);
  // One for each to give up, and one for all to be woken.
  expect(waiting).toBe(4);
  expect(clock.pending).toBe(0);
});

test('a request that gives up leaves nothing behind', async () => {
  const { clock, write, read } = await open();

  const given = read('zzz');
  await clock.advance(5_000);
  await write();

  expect(rowsOf(await given)).toBe('D1 DB is overloaded. Requests queued for too long.');
  expect(clock.pending).toBe(0);
});

test('a plan that is replaced is seen by those who wait already', async () => {
  const { clock, database, write, read } = await open();
  database.setFaults([{ id: 'pause', kind: 'replica-pause', fromMs: 0 }]);
  const bookmark = await write();
  const reply = read(bookmark);
  await clock.advance(2_000);
  const paused = database.waiting().length;

  database.setFaults([]);

  expect(paused).toBe(1);
  expect(rowsOf(await reply)).toEqual([[1]]);
  expect(metaOf(await reply).served_by_primary).toBe(false);
});

test.each([0, 1_000])(
  'a commit wakes who waits for it when nothing else was on its way, at a lag of %d ms',
  async (lagMs) => {
    const { ask, clock } = await openDatabase({ latency: withD1({ replicaLagMs: lagMs }) });
    await clock.advance(5_000);
    // The second position, after that of the table.
    const read = ask('SELECT count(*) FROM log', { token: new Bookmarks('test', 1).at(2) });
    await clock.advance(1);

    await ask('INSERT INTO log DEFAULT VALUES');
    await clock.advance(lagMs);

    expect(rowsOf(await read)).toEqual([[1]]);
  },
);
