import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDatabase, rowsOf } from '../testing/d1-client.ts';
import { Bookmarks } from './bookmark.ts';

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;
const position = fc.nat(2 ** 32 - 1);

describe('a bookmark', () => {
  test('has the documented shape, sorts as its position, and is read back', () => {
    fc.assert(
      fc.property(position, position, fc.integer({ min: 1, max: 1_000 }), (a, b, opened) => {
        const bookmarks = new Bookmarks('test', opened);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(bookmarks.at(a)).toMatch(SHAPE);
        expect(bookmarks.at(a).localeCompare(bookmarks.at(b))).toBe(Math.sign(a - b));
        expect(bookmarks.at(a) < bookmarks.at(b)).toBe(a < b);
        expect(bookmarks.positionOf(bookmarks.at(low), high)).toBe(low);
      }),
    );
  });

  test('from before the database was opened again is reached by everybody', () => {
    const before = new Bookmarks('test', 4).at(99);

    expect(new Bookmarks('test', 5).positionOf(before, 3)).toBe(0);
    expect(before < new Bookmarks('test', 5).at(0)).toBe(true);
  });

  test.each([
    ['garbage', 'zzz'],
    ['empty', ''],
    ['upper case', new Bookmarks('test', 1).at(1).toUpperCase()],
    ['with something behind it', `${new Bookmarks('test', 1).at(1)}0`],
    ["another database's", new Bookmarks('other', 1).at(1)],
    ['of the future', new Bookmarks('test', 1).at(3)],
    ['of a future opening', new Bookmarks('test', 2).at(0)],
  ])('is not ours when it is %s', (_, bookmark) => {
    expect(new Bookmarks('test', 1).positionOf(bookmark, 2)).toBeUndefined();
    expect(new Bookmarks('test', 1).positionOf(new Bookmarks('test', 1).at(2), 2)).toBe(2);
  });
});

test('the bookmark of a database rises with every committed change, with a restart, and with nothing else', async () => {
  const requests = {
    read: 'SELECT n FROM log',
    write: 'INSERT INTO log SELECT coalesce(max(n), 0) + 1 FROM log',
    miss: 'UPDATE log SET n = 0 WHERE n < 0',
    failure: 'INSERT INTO log VALUES (-1), (-1)',
  };
  const step = fc.constantFrom('read', 'write', 'miss', 'failure', 'restart' as const);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      let open = await openDatabase();
      const bookmark = async () => (await open.ask(requests.read)).bookmark ?? '';
      for (const each of steps) {
        const before = await bookmark();
        if (each === 'restart') {
          open.database.close();
          open = await openDatabase({}, open.file);
        } else {
          const reply = await open.ask(requests[each]);
          expect(rowsOf(reply)).toEqual(
            each === 'failure' ? expect.stringContaining('UNIQUE') : expect.anything(),
          );
          expect(reply.bookmark).toBe(await bookmark());
        }
        expect((await bookmark()).localeCompare(before)).toBe(each === 'write' || each === 'restart' ? 1 : 0);
      }
      open.database.close();
    }),
    { numRuns: 30 },
  );
});

test('the bookmark of a database rises with a change of the schema', async () => {
  const { ask } = await openDatabase();
  const before = (await ask('SELECT 1')).bookmark ?? '';

  const { bookmark } = await ask('CREATE TABLE other (a)');

  expect(bookmark?.localeCompare(before)).toBe(1);
});
