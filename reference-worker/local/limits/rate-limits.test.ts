import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import { RateLimits } from './rate-limits.ts';

test('a key may as often in each window as its limit says', async () => {
  const clock = new VirtualClock();
  const limits = new RateLimits(clock);
  const ask = () => [limits.allows('key', 2, 10), limits.allows('key', 2, 10), limits.allows('key', 2, 10)];

  expect(ask()).toEqual([true, true, false]);
  await clock.advance(9_999);
  expect(limits.allows('key', 2, 10)).toBe(false);
  await clock.advance(1);
  expect(ask()).toEqual([true, true, false]);
});

test('forgets keys whose windows have ended, however many there were', async () => {
  const clock = new VirtualClock();
  const limits = new RateLimits(clock);

  for (let window = 0; window < 10; window += 1) {
    for (let n = 0; n < 5_000; n += 1) limits.allows(`${window}/${n}`, 1, 10);
    await clock.advance(10_000);
  }

  expect(limits.size).toBeLessThanOrEqual(10_000);
});

test('remembers a key in its window however many others there are, and one with a longer window for longer', async () => {
  const clock = new VirtualClock();
  const limits = new RateLimits(clock);
  limits.allows('key', 1, 60);
  await clock.advance(10_000);
  limits.allows('key', 1, 10);

  for (let n = 0; n < 20_000; n += 1) limits.allows(`${n}`, 1, 10);

  expect([limits.allows('key', 1, 10), limits.allows('key', 1, 60)]).toEqual([false, false]);
  await clock.advance(10_000);
  expect([limits.allows('key', 1, 10), limits.allows('key', 1, 60)]).toEqual([true, false]);
});
