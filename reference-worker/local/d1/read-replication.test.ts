import { describe, expect, test, vi } from 'vitest';
import { metaOf, openDatabase, rowsOf, withD1 } from '../testing/d1-client.ts';
import { Snapshots } from './snapshots.ts';

const append = 'INSERT INTO log SELECT coalesce(max(n), 0) + 1 FROM log';
const count = 'SELECT count(*) FROM log';
const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;
const LAGGING = withD1({ replicaLagMs: 1_000 });

describe('without read replication', () => {
  const open = () => openDatabase({ latency: LAGGING, readReplication: 'disabled' });

  test.each(['first-unconstrained', 'first-primary', undefined])(
    'a session that starts with %s reads the primary, and so the newest state',
    async (token) => {
      const { ask } = await open();
      await ask(append);

      const reply = await ask(count, token === undefined ? {} : { token });

      expect(metaOf(reply)).toMatchObject({
        served_by_primary: true,
        served_by_region: 'WEUR',
        served_by_colo: 'AMS',
      });
      expect(rowsOf(reply)).toEqual([[1]]);
    },
  );

  test('bookmarks are as real as with it: they rise with each commit, and a session may go on with one', async () => {
    const { ask } = await open();
    const { bookmark: first = '' } = await ask(append, { token: 'first-unconstrained' });
    const { bookmark: second = '' } = await ask(append, { token: first });

    const reply = await ask(count, { token: second });

    expect([first, second].every((bookmark) => BOOKMARK.test(bookmark))).toBe(true);
    expect(second > first).toBe(true);
    expect(rowsOf(reply)).toEqual([[2]]);
    expect(reply.bookmark).toBe(second);
  });

  test('a bookmark that is not one of the database is answered at once, as a primary does', async () => {
    const { ask } = await open();

    expect(rowsOf(await ask(count, { token: 'zzz' }))).toEqual([[0]]);
  });

  test('the primary alone has an account, and no older state is held for anybody', async () => {
    const hold = vi.spyOn(Snapshots.prototype, 'hold');
    const { ask, clock, database } = await open();

    for (let write = 0; write < 3; write++) {
      await ask(append);
      await clock.advance(500);
    }
    const held = hold.mock.calls.length;
    hold.mockRestore();

    expect(held).toBe(0);
    expect(database.usage().map(({ instance }) => instance)).toEqual(['primary']);
  });
});

describe('with read replication', () => {
  const READS = 400;

  test.each([
    ['uk-eu', 0.475],
    ['pessimistic', 1 / 3],
    ['instant', 0.5],
  ] as const)(
    'under %s the primary serves its share of the reads of sessions, and is busy with them',
    async (latency, share) => {
      const { ask, clock, database } = await openDatabase({ latency, readReplication: 'auto' });
      const ofPrimary = () => database.usage().find(({ instance }) => instance === 'primary');
      const before = ofPrimary()?.requests ?? 0;

      const asked = [];
      for (let read = 0; read < READS; read++) {
        asked.push(ask(count, { token: 'first-unconstrained' }));
        await clock.advance(20);
      }
      await clock.advance(1_000);
      const served = (await Promise.all(asked)).map(metaOf).filter((meta) => meta.served_by_primary);

      expect(served.length / READS).toBeGreaterThan(share - 0.1);
      expect(served.length / READS).toBeLessThan(share + 0.1);
      expect(served.every(({ served_by_colo }) => served_by_colo === 'AMS')).toBe(true);
      expect((ofPrimary()?.requests ?? 0) - before).toBe(served.length);
    },
  );

  test('a session whose read reaches the primary does not wait for its bookmark', async () => {
    const nearest = { LHR: { primary: 1 }, MAN: { primary: 1 }, EDI: { primary: 1 } };
    const { ask } = await openDatabase({ latency: withD1({ replicaLagMs: 1_000, nearest }) });
    const { bookmark = '' } = await ask(append, { token: 'first-unconstrained' });

    const reply = await ask(count, { token: bookmark });

    expect(rowsOf(reply)).toEqual([[1]]);
    expect(metaOf(reply).served_by_primary).toBe(true);
  });
});
