import { expect, test } from 'vitest';
import { delay, VirtualClock } from '../clock/index.ts';
import { WaitingRequests } from './waiting.ts';

test('a request is listed with its reason and since when, for as long as it waits', async () => {
  const clock = new VirtualClock();
  const waiting = new WaitingRequests(clock);
  const startMs = clock.now();
  await clock.advance(100);
  const slow = waiting.during({ reason: 'service', database: 'shard', region: 'WEUR' }, delay(clock, 50));
  await clock.advance(10);
  const fast = waiting.during({ reason: 'network', database: 'shard', pop: 'MAN' }, delay(clock, 20));

  const both = waiting.list();
  await clock.advance(20);
  const one = waiting.list();
  await clock.advance(20);

  expect(both).toEqual([
    { reason: 'service', database: 'shard', region: 'WEUR', sinceMs: startMs + 100 },
    { reason: 'network', database: 'shard', pop: 'MAN', sinceMs: startMs + 110 },
  ]);
  expect(one).toEqual(both.slice(0, 1));
  expect(waiting.list()).toEqual([]);
  await Promise.all([slow, fast]);
});

test('two requests that look the same are two', async () => {
  const clock = new VirtualClock();
  const waiting = new WaitingRequests(clock);

  const both = [1, 2].map((ms) => waiting.during({ reason: 'queue' }, delay(clock, ms)));
  expect(waiting.list()).toHaveLength(2);

  await clock.advance(1);
  expect(waiting.list()).toHaveLength(1);
  await Promise.all([...both, clock.advance(1)]);
});

test('what it waited for comes back, a result or an error, and ends the wait', async () => {
  const waiting = new WaitingRequests(new VirtualClock());

  const result = await waiting.during({ reason: 'store' }, Promise.resolve('value'));
  const failed = waiting.during({ reason: 'store' }, Promise.reject(new Error('too late')));

  await expect(failed).rejects.toThrow('too late');
  expect(result).toBe('value');
  expect(waiting.list()).toEqual([]);
});
