import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountingClock } from '../testing/counting-clock.ts';
import { ServiceQueue } from './service-queue.ts';

const open = (queueLimit = 100, queueWaitMs = 30_000) => {
  const clock = new CountingClock();
  const startMs = clock.now();
  const queue = new ServiceQueue(clock, { queueLimit, queueWaitMs });
  const ends: [string, number][] = [];
  const run = (name: string, serviceMs: number) =>
    queue
      .run(serviceMs, () => name)
      .then(
        (done) => ends.push([done, clock.now() - startMs]),
        (error: Error) => ends.push([`${name}: ${error.message}`, clock.now() - startMs]),
      );
  return { clock, queue, ends, run };
};

describe('a service queue', () => {
  test('serves one at a time, in the order of arrival, each for its service time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ gapMs: fc.nat(20), serviceMs: fc.nat(20) }), { minLength: 1, maxLength: 30 }),
        async (jobs) => {
          const { clock, ends, run } = open();
          const expected: [string, number][] = [];
          let [arrivalMs, freeMs] = [0, 0];
          for (const [index, { gapMs, serviceMs }] of jobs.entries()) {
            await clock.advance(gapMs);
            arrivalMs += gapMs;
            freeMs = Math.max(freeMs, arrivalMs) + serviceMs;
            expected.push([`${index}`, freeMs]);
            void run(`${index}`, serviceMs);
          }
          await clock.advance(1_000);
          expect(ends).toEqual(expected);
        },
      ),
    );
  });

  test('answers within the turn when nothing is modelled', async () => {
    const { ends, run } = open();

    await run('a', 0);

    expect(ends).toEqual([['a', 0]]);
  });

  test('the real time of the work counts when it is longer than the model', async () => {
    let nowMs = 0;
    const timers: number[] = [];
    const at = (timeMs: number) => {
      timers.push(timeMs);
      return () => undefined;
    };
    const clock = { now: () => nowMs, at };
    const queue = new ServiceQueue(clock, { queueLimit: 1, queueWaitMs: 1 });

    void queue.run(10, () => (nowMs += 4));
    const after = queue.isBusy;
    const slow = new ServiceQueue(clock, { queueLimit: 1, queueWaitMs: 1 });
    await slow.run(10, () => (nowMs += 11));

    expect(after).toBe(true);
    expect(timers).toEqual([10]);
    expect(slow.isBusy).toBe(false);
  });

  test('a late timer makes one answer late, and no turn after it', async () => {
    let nowMs = 0;
    const timers: (() => void)[] = [];
    const clock = {
      now: () => nowMs,
      at: (_: number, callback: () => void) => {
        timers.push(callback);
        return () => undefined;
      },
    };
    const queue = new ServiceQueue(clock, { queueLimit: 9, queueWaitMs: 1_000 });
    const ends: number[] = [];
    for (let each = 0; each < 3; each += 1) void queue.run(10, () => undefined).then(() => ends.push(nowMs));

    // The first is due at 10 and told at 14: the second is due at 20 all the same, and the third at 30.
    nowMs = 14;
    timers.shift()?.();
    await Promise.resolve();
    const lateStarts = queue.usage;
    nowMs = 20;
    timers.pop()?.();
    nowMs = 30;
    timers.pop()?.();
    await Promise.resolve();

    expect(ends).toEqual([14, 30, 30]);
    expect(lateStarts).toMatchObject({ requests: 2, queueMs: 10, busyMs: 10 });
    expect(queue.usage).toMatchObject({ requests: 3, queueMs: 30, busyMs: 30 });
  });

  test('accounts for what it served: busy time, queue time, and the longest queue', async () => {
    const { clock, queue, run } = open(2, 15);
    const before = queue.usage;

    for (const name of ['served', 'waits 10', 'gives up', 'refused']) void run(name, 10);
    await clock.advance(9);
    const atWork = queue.usage;
    await clock.advance(1);
    void run('waits 10 too', 7);
    await clock.advance(1_000);

    expect(before).toEqual({ requests: 0, busyMs: 0, queueMs: 0, longestQueue: 0 });
    expect(atWork).toEqual({ requests: 1, busyMs: 0, queueMs: 0, longestQueue: 2 });
    expect(queue.usage).toEqual({ requests: 3, busyMs: 27, queueMs: 20, longestQueue: 2 });
  });

  test('is never busier than time allows, and accounts for every wait and every service', async () => {
    const job = fc.record({ gapMs: fc.nat(20), serviceMs: fc.nat(20) });
    await fc.assert(
      fc.asyncProperty(fc.array(job, { minLength: 1, maxLength: 30 }), async (jobs) => {
        const { clock, queue, run } = open();
        const ends: number[] = [];
        let [arrivalMs, freeMs, waitedMs, longest] = [0, 0, 0, 0];
        for (const [index, { gapMs, serviceMs }] of jobs.entries()) {
          await clock.advance(gapMs);
          arrivalMs += gapMs;
          const startMs = Math.max(freeMs, arrivalMs);
          waitedMs += startMs - arrivalMs;
          freeMs = startMs + serviceMs;
          ends.push(freeMs);
          // All that have not ended wait, but for the one that is served.
          longest = Math.max(longest, ends.filter((endMs) => endMs > arrivalMs).length - 1);
          void run(`${index}`, serviceMs);
        }
        await clock.advance(1_000);
        expect(queue.usage).toEqual({
          requests: jobs.length,
          busyMs: jobs.reduce((sum, { serviceMs }) => sum + serviceMs, 0),
          queueMs: waitedMs,
          longestQueue: longest,
        });
      }),
    );
  });

  test('refuses who finds too many waiting, at once', async () => {
    const { clock, ends, run } = open(2);

    for (const name of ['served', 'first', 'second', 'third']) void run(name, 10);
    await clock.advance(0);

    expect(ends).toEqual([['third: D1 DB is overloaded. Too many requests queued.', 0]]);
    await clock.advance(30);
    expect(ends.slice(1).map(([name]) => name)).toEqual(['served', 'first', 'second']);
  });

  test('gives up who waits too long, and goes on with the next', async () => {
    const { clock, ends, run } = open(10, 100);

    void run('long', 150);
    void run('gives up', 10);
    await clock.advance(60);
    void run('waits', 10);
    await clock.advance(1_000);

    expect(ends).toEqual([
      ['gives up: D1 DB is overloaded. Requests queued for too long.', 100],
      ['long', 150],
      ['waits', 160],
    ]);
  });

  test('a restart tells everybody who waits, and a failure frees the instance', async () => {
    const { clock, queue, ends, run } = open();
    const failed = queue.run(10, () => {
      throw new Error('failed');
    });
    void failed.catch(() => ends.push(['failed', 0]));
    void run('a', 10);
    void run('b', 10);

    queue.drop(new Error('reset'));
    const timers = clock.pending;
    await clock.advance(10);
    await run('c', 0);

    expect(ends).toEqual([
      ['a: reset', 0],
      ['b: reset', 0],
      ['failed', 0],
      ['c', 10],
    ]);
    // Only the one that ends the service of whoever was being served.
    expect(timers).toBe(1);
  });
});
