import { describe, expect, test } from 'vitest';
import { metaOf, openDatabase, rowsOf, withD1 } from '../testing/d1-client.ts';
import { D1_ERRORS, type D1ErrorName } from './d1-errors.ts';
import { Fault } from './plan.ts';

const append = 'INSERT INTO log SELECT coalesce(max(n), 0) + 1 FROM log';
const count = 'SELECT count(*) FROM log';

/** The error list of developers.cloudflare.com/d1/observability/debug-d1, and whether it says to retry. */
const DOCUMENTED: readonly (readonly [D1ErrorName, string, boolean])[] = [
  ['code-updated', 'D1 DB reset because its code was updated.', true],
  ['starting-up', 'Internal error while starting up D1 DB storage caused object to be reset.', true],
  ['storage-reset', 'Internal error in D1 DB storage caused object to be reset.', true],
  ['unresolved', 'Cannot resolve D1 DB due to transient issue on remote node.', true],
  ['replica-disconnected', 'Replica disconnected from primary.', true],
  ['memory-exceeded', "D1 DB's isolate exceeded its memory limit and was reset.", false],
  ['cpu-exceeded', 'D1 DB exceeded its CPU time limit and was reset.', false],
  ['storage-timeout', 'D1 DB storage operation exceeded timeout which caused object to be reset.', false],
];

const open = async (fault: object, readServiceMs = 0) => {
  const opened = await openDatabase({ latency: withD1({ readServiceMs }) });
  opened.database.setFaults([Fault.parse({ id: 'planned', kind: 'd1-error', ...fault })]);
  return opened;
};
const firings = ({ database }: Awaited<ReturnType<typeof open>>) => database.faultReports()[0]?.count;

test('every error that can be planned is one of the list', () => {
  expect(DOCUMENTED.map(([name]) => name).toSorted()).toEqual([...D1_ERRORS].toSorted());
});

describe.each(DOCUMENTED)('%s', (error, text, isRetried) => {
  const instance = error === 'replica-disconnected' ? 'replica' : undefined;
  const token = 'first-unconstrained';

  test('is what a read meets on a replica, and D1 itself tries it again where the list says so', async () => {
    const passing = await open({ error, instance, access: 'read', times: 2 });
    const lasting = await open({ error, instance, access: 'read' });

    const survived = await passing.ask(count, { token });

    if (isRetried) expect(metaOf(survived)).toMatchObject({ total_attempts: 3, served_by_primary: false });
    else expect(rowsOf(survived)).toBe(text);
    expect(rowsOf(await lasting.ask(count, { token }))).toBe(text);
    expect(firings(lasting)).toBe(isRetried ? 3 : 1);
  });

  // No write is served by a replica.
  if (instance !== 'replica')
    test('is what a write meets once, and nothing is done', async () => {
      const opened = await open({ error, access: 'write' });

      expect(rowsOf(await opened.ask(append))).toBe(text);
      expect(firings(opened)).toBe(1);
      expect(rowsOf(await opened.ask(count))).toEqual([[0]]);
    });
});

test('after the commit: the caller gets the error, and the row is there', async () => {
  const { ask } = await open({ error: 'code-updated', access: 'write', commit: 'after' });

  expect(rowsOf(await ask(append))).toBe('D1 DB reset because its code was updated.');
  expect(rowsOf(await ask(count))).toEqual([[1]]);
});

test.each([
  ['memory-exceeded', true],
  ['unresolved', false],
] as const)('%s takes the queue with it: %s', async (error, takesQueue) => {
  const opened = await open({ error, access: 'write', times: 1 }, 100);

  const asked = [count, append, append].map((sql) => opened.ask(sql));
  await opened.clock.advance(1_000);

  const outcomes = (await Promise.all(asked)).slice(1).map((reply) => typeof rowsOf(reply) === 'string');
  expect(outcomes).toEqual([true, takesQueue]);
});

test('an instance may be chosen: the replica fails, the primary answers', async () => {
  const { ask } = await open({ error: 'memory-exceeded', instance: 'replica' });

  expect(rowsOf(await ask(count, { token: 'first-unconstrained' }))).toMatch(/memory limit/);
  expect(rowsOf(await ask(count))).toEqual([[0]]);
});

describe('a lost connection', () => {
  const lost = async (fault: object) => {
    const opened = await openDatabase();
    opened.database.setFaults([Fault.parse({ id: 'planned', kind: 'connection-lost', ...fault })]);
    return opened;
  };

  test.each(['before', 'after'])('%s the work of a read is made good by D1 itself, twice', async (when) => {
    const { ask } = await lost({ when, times: 2 });

    expect(metaOf(await ask(count)).total_attempts).toBe(3);
  });

  test.each([
    ['before', count, 3],
    ['after', count, 3],
    ['mid-reply', count, 1],
    ['before', append, 1],
    ['after', append, 1],
  ])('%s, for good: %s is tried %d times', async (when, sql, attempts) => {
    const opened = await lost({ when });

    await expect(opened.ask(sql)).rejects.toThrow(`connection lost: ${when}`);
    expect(opened.database.faultReports()[0]?.count).toBe(attempts);
  });
});

test.each([
  [{ error: 'unresolved', commit: 'after' }, 'commit'],
  [{ error: 'starting-up', commit: 'after' }, 'commit'],
  [{ error: 'replica-disconnected' }, 'instance'],
  [{ error: 'gremlin' }, 'error'],
])('%j cannot be planned', (fault, path) => {
  const { error } = Fault.safeParse({ id: 'f', kind: 'd1-error', ...fault });

  expect(error?.issues.map((issue) => issue.path)).toEqual([[path]]);
});
