import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { INVOCATION_LIMITS, invocationsUnder } from './invocation-limits.ts';

const start = (plan: 'paid' | 'free' = 'paid') =>
  invocationsUnder(INVOCATION_LIMITS[plan], new AsyncLocalStorage());

/** Calls that wait until they are let go. */
function held() {
  const waiting: (() => void)[] = [];
  return {
    started: () => waiting.length,
    call: () => new Promise<void>((resolve) => waiting.push(resolve)),
    letGo: (index: number) => waiting[index]?.(),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('an invocation', () => {
  test.each([
    ['paid', 'd1Queries', 1_000, 'Too many API requests by single Worker invocation.'],
    ['free', 'd1Queries', 50, 'Too many API requests by single Worker invocation.'],
    ['paid', 'kvOperations', 1_000, 'Too many API requests by single Worker invocation.'],
    ['paid', 'fetches', 10_000, 'Too many subrequests by single Worker invocation.'],
    ['free', 'fetches', 50, 'Too many subrequests by single Worker invocation.'],
  ] as const)(
    'on %s may make so many calls, and not one more: %s, %d',
    async (plan, kind, limit, refusal) => {
      const { run, call } = start(plan);
      let made = 0;
      const one = () =>
        call(kind, async () => {
          made += 1;
        });

      await run(async () => {
        for (let count = 0; count < limit; count += 1) await one();
        await expect(one()).rejects.toThrow(refusal);
      });
      const madeByFirst = made;
      await run(one);

      expect([madeByFirst, made]).toEqual([limit, limit + 1]);
    },
  );

  test('counts what its background work does, and not what another one does', async () => {
    const { run, call } = start('free');
    let background = Promise.resolve('');
    const use = async (times: number) => {
      for (let count = 0; count < times; count += 1) await call('d1Queries', turn);
    };

    await run(async () => {
      await use(49);
      background = turn()
        .then(() => use(2))
        .then(
          () => 'passed',
          () => 'refused',
        );
    });
    await run(() => use(50));

    expect(await background).toBe('refused');
  });

  test('has six calls under way, whatever they are of, and the next ones in their order', async () => {
    const { run, call } = start();
    const calls = held();
    const kinds = ['d1Queries', 'kvOperations', 'fetches', undefined] as const;

    const work = run(() =>
      Promise.all(Array.from({ length: 9 }, (_, index) => call(kinds[index % 4], calls.call))),
    );
    const other = run(() => call('d1Queries', calls.call));
    await turn();
    expect(calls.started()).toBe(7);
    calls.letGo(0);
    calls.letGo(1);
    await turn();
    expect(calls.started()).toBe(9);

    for (let index = 2; index < 10; index += 1) {
      calls.letGo(index);
      await turn();
    }
    await Promise.all([work, other]);
    expect(calls.started()).toBe(10);
  });

  test('gets the place of a call that failed', async () => {
    const { run, call } = start();

    const outcomes = await run(() =>
      Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => call('fetches', async () => Promise.reject(n))),
      ),
    );

    expect(outcomes.map((outcome) => 'reason' in outcome && outcome.reason)).toEqual([...Array(20).keys()]);
  });
});

test('a call outside of an invocation is not counted', async () => {
  const { call, report } = start('free');

  for (let count = 0; count < 60; count += 1) await call('d1Queries', turn);

  expect(report()).toMatchObject({ invocations: 0, events: 0, most: { d1Queries: 0 } });
});

test('the report tells by operation what requests asked of KV, a bulk read by its keys', async () => {
  const { run, operation, useKv, report } = start();
  let seen: string | undefined;

  await run(async () => {
    useKv('kvReads', 3);
    seen = operation();
    await turn();
    useKv('kvWrites', 1);
  }, 'open');
  await run(turn, 'open');
  await run(async () => useKv('kvReads', 9));

  expect(seen).toBe('open');
  expect(report().operations).toEqual({
    open: { requests: 2, kvReads: 3, kvWrites: 1, kvDeletes: 0, kvLists: 0 },
  });
});

test('the report tells who is at work, and the most that one invocation used', async () => {
  const { run, call, report } = start();
  const calls = held();
  const computing = held();

  const works = [
    run(() => Promise.all([call('d1Queries', calls.call), call('kvOperations', calls.call)])),
    run(computing.call),
  ];
  await turn();
  const during = report();
  calls.letGo(0);
  calls.letGo(1);
  computing.letGo(0);
  await Promise.all(works);

  expect(during).toMatchObject({ invocations: 2, working: 1, calling: 2 });
  expect(report()).toMatchObject({
    invocations: 2,
    working: 0,
    calling: 0,
    most: { d1Queries: 1, kvOperations: 1, fetches: 0, waitingForHeaders: 2 },
  });
  expect(report().events).toBeGreaterThan(during.events);
});
