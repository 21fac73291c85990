import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { delay } from './clock.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A clock, and a log of what happened when, in milliseconds since the clock's start. */
function clockWithLog() {
  const clock = new VirtualClock();
  const startMs = clock.now();
  const log: [name: string, atMs: number][] = [];
  const note = (name: string) => () => void log.push([name, clock.now() - startMs]);
  const at = (ms: number, name: string, then: () => void = () => undefined) =>
    clock.at(startMs + ms, () => {
      note(name)();
      then();
    });
  return { clock, log, note, at, elapsedMs: () => clock.now() - startMs };
}

test('every run starts on the same day', () => {
  expect(new Date(new VirtualClock().now()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
});

describe('timers', () => {
  test('fire in the order of their times, then of their creation, each at its own time', async () => {
    const timesMs = fc.array(fc.integer({ min: -5, max: 30 }), { maxLength: 30 });
    const stepsMs = fc.array(fc.nat(10), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(timesMs, stepsMs, async (times, steps) => {
        const { clock, log, at, elapsedMs } = clockWithLog();
        const totalMs = steps.reduce((sum, ms) => sum + ms, 0);
        const expected = times
          .map((ms, index): [string, number] => [`${index}`, Math.max(0, ms)])
          .filter(([, ms]) => steps.length > 0 && ms <= totalMs)
          .sort(([, a], [, b]) => a - b);

        for (const [index, ms] of times.entries()) at(ms, `${index}`);
        for (const ms of steps) await clock.advance(ms);

        expect(log).toEqual(expected);
        expect(elapsedMs()).toBe(totalMs);
      }),
    );
  });

  test('that timers make fire within the same step, as far as it goes', async () => {
    const { clock, log, at } = clockWithLog();
    at(20, 'later');
    at(10, 'first', () => {
      at(15, 'made');
      at(5, 'made for the past');
      at(21, 'beyond');
    });

    await clock.advance(20);
    const within = [...log];
    await clock.advance(1);

    expect(within).toEqual([
      ['first', 10],
      ['made for the past', 10],
      ['made', 15],
      ['later', 20],
    ]);
    expect(log.slice(within.length)).toEqual([['beyond', 21]]);
  });

  test('tell how long until the next one', async () => {
    const { clock, at } = clockWithLog();
    const untilMs = [clock.untilNextMs()];

    at(20, 'later');
    at(8, 'next');
    untilMs.push(clock.untilNextMs());
    await clock.advance(5);
    untilMs.push(clock.untilNextMs());
    await clock.advance(3);
    untilMs.push(clock.untilNextMs());

    expect(untilMs).toEqual([undefined, 8, 3, 12]);
  });

  test('never fire within the call that makes them, and do not without a step', async () => {
    const { clock, log, at } = clockWithLog();

    at(0, 'now');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(log).toEqual([]);

    await clock.advance(0);
    expect(log).toEqual([['now', 0]]);
  });

  test('can be cancelled until they fire, by another timer too', async () => {
    const { clock, log, at } = clockWithLog();
    const cancelled = at(10, 'cancelled');
    const cancelledByTimer = at(30, 'cancelled by a timer');
    const fired = at(20, 'first', () => cancelledByTimer());
    at(40, 'last');

    cancelled();
    cancelled();
    await clock.advance(30);
    fired();
    await clock.advance(10);

    expect(log).toEqual([
      ['first', 20],
      ['last', 40],
    ]);
  });

  test('one that fails is told to whoever steps, and the next step goes on', async () => {
    const { clock, log, at } = clockWithLog();
    at(10, 'failing', () => {
      throw new Error('a defect');
    });
    at(20, 'next');

    await expect(clock.advance(30)).rejects.toThrow('a defect');
    await clock.advance(10);

    expect(log).toEqual([
      ['failing', 10],
      ['next', 20],
    ]);
  });
});

describe('a step', () => {
  test('lets everything that a timer sets in motion come to rest before the next timer', async () => {
    const { clock, log, at, note } = clockWithLog();
    const settle = async () => {
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      process.nextTick(() => Promise.resolve().then(note('settled')));
    };
    at(10, 'first', () => void settle());
    at(10, 'second');

    await clock.advance(10);

    expect(log).toEqual([
      ['first', 10],
      ['settled', 10],
      ['second', 10],
    ]);
  });

  test('begins with what was in motion before it: a request that is about to wait is not too late', async () => {
    const { clock, log, note } = clockWithLog();
    const work = async () => {
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      await delay(clock, 5);
      note('waited')();
    };

    void work();
    await clock.advance(10);

    expect(log).toEqual([['waited', 5]]);
  });

  test('takes concurrent processes through the same history each time', async () => {
    const { clock, log, note } = clockWithLog();
    const process = async (name: string, everyMs: number) => {
      for (;;) {
        await delay(clock, everyMs);
        note(name)();
      }
    };
    void process('three', 3);
    void process('two', 2);

    await clock.advance(6);

    expect(log).toEqual([
      ['two', 2],
      ['three', 3],
      ['two', 4],
      ['three', 6],
      ['two', 6],
    ]);
  });

  test('waits for the one before it: time never goes back', async () => {
    const { clock, log, at, elapsedMs } = clockWithLog();
    for (const ms of [5, 20, 105, 110, 130]) at(ms, '');

    await Promise.all([clock.advance(100), clock.advance(10)]);

    expect(log.map(([, ms]) => ms)).toEqual([5, 20, 105, 110]);
    expect(elapsedMs()).toBe(110);
  });
});
