import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { UsageWatch, useWithin } from './usage-watch.ts';

const at = (second: number, requests: number, longestQueue = 0) => ({
  atMs: second * 1000,
  usage: {
    eventLoopDelayP99Ms: 0,
    databases: [
      { database: 'shard', instance: 'primary', requests, busyMs: requests * 2, queueMs: 0, longestQueue },
    ],
    kv: [{ namespace: 'cache', reads: requests, cachedReads: 0, writes: 0, deletes: 0, lists: 0 }],
    buckets: [],
  },
});

test('what happened before and after the windows is not counted', () => {
  const readings = [at(0, 100), at(1, 110), at(2, 130), at(3, 500), at(4, 560), at(5, 600)];

  const use = useWithin(readings, [
    { fromMs: 1000, toMs: 2500 },
    { fromMs: 3000, toMs: 4000 },
  ]);

  expect(use.observedMs).toBe(2000);
  expect(use.databases).toMatchObject([{ database: 'shard', requests: 80, busyMs: 160 }]);
  expect(use.kv).toMatchObject([{ namespace: 'cache', reads: 80 }]);
});

test('a primary and its replica are told apart', () => {
  const both = (second: number, primary: number, replica: number) => {
    const { atMs, usage } = at(second, primary);
    const [database] = usage.databases;
    const other = { ...database, instance: 'replica-1', requests: replica };
    return { atMs, usage: { ...usage, databases: [...usage.databases, other] } };
  };

  const use = useWithin([both(0, 100, 7), both(1, 150, 9)] as Parameters<typeof useWithin>[0], [
    { fromMs: 0, toMs: 1000 },
  ]);

  expect(use.databases.map(({ instance, requests }) => [instance, requests])).toEqual([
    ['primary', 50],
    ['replica-1', 2],
  ]);
});

afterEach(() => void vi.useRealTimers());

test('reads once a second, and no more once it was stopped', async () => {
  vi.useFakeTimers();
  let reads = 0;
  const { usage } = at(0, 0);
  const watch = new UsageWatch({
    usage: async () => {
      reads += 1;
      return usage;
    },
  });

  await vi.advanceTimersByTimeAsync(3_000);
  watch.stop();
  await vi.advanceTimersByTimeAsync(3_000);

  expect(reads).toBe(3);
});

test('of a run in slow motion it tells the times of production', async () => {
  vi.useFakeTimers({ now: 40_000 });
  let requests = 0;
  const watch = new UsageWatch(
    {
      usage: async () => {
        requests += 10;
        return at(0, requests).usage;
      },
    },
    4,
  );

  await vi.advanceTimersByTimeAsync(9_000);
  watch.stop();

  // Every 4 s of this machine are one of production's; a request keeps the database busy for 2 ms of the machine's.
  expect(watch.within([{ fromMs: 10_250, toMs: 12_250 }])).toMatchObject({
    observedMs: 2_000,
    databases: [{ requests: 80, busyMs: 40 }],
  });
});

test('a longest queue is a maximum, and is not subtracted', () => {
  const use = useWithin([at(0, 0, 5), at(1, 1, 7)], [{ fromMs: 0, toMs: 1000 }]);

  expect(use.databases[0]?.longestQueue).toBe(7);
});

test('a window without two readings says nothing', () => {
  expect(useWithin([at(0, 1)], [{ fromMs: 0, toMs: 900 }])).toMatchObject({ observedMs: 0 });
  expect(useWithin([], [{ fromMs: 0, toMs: 900 }])).toEqual({
    observedMs: 0,
    databases: [],
    kv: [],
    buckets: [],
  });
});

test('windows that follow each other without a gap sum to what one window sees', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 3, maxLength: 20 }), fc.nat(), (steps, cut) => {
      let sum = 0;
      const readings = steps.map((step, second) => {
        sum += step;
        return at(second, sum);
      });
      const middle = 1000 * (1 + (cut % (steps.length - 2)));
      const end = (steps.length - 1) * 1000;

      const whole = useWithin(readings, [{ fromMs: 0, toMs: end }]);
      const halves = useWithin(readings, [
        { fromMs: 0, toMs: middle },
        { fromMs: middle, toMs: end },
      ]);

      expect(halves).toEqual(whole);
    }),
  );
});
