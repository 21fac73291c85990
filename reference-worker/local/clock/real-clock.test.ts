import { afterEach, expect, test, vi } from 'vitest';
import { RealClock } from './real-clock.ts';

const DAY_MS = 24 * 60 * 60_000;

afterEach(() => {
  vi.useRealTimers();
});

test("tells the system's time, and goes on when that is set back", () => {
  const clock = new RealClock();
  const startMs = clock.now();
  expect(Math.abs(startMs - Date.now())).toBeLessThan(10_000);
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });

  const laterMs = clock.now();

  expect(Date.now()).toBeLessThan(10_000);
  expect(laterMs).toBeGreaterThanOrEqual(startMs);
  expect(laterMs - startMs).toBeLessThan(10_000);
});

test('calls back at the time, and later than the call even for the past', async () => {
  const clock = new RealClock();
  const calls: string[] = [];
  const startMs = clock.now();

  const last = new Promise<number>((resolve) => {
    clock.at(startMs + 30, () => resolve(clock.now() - startMs));
  });
  clock.at(startMs + 20, () => calls.push('soon'));
  clock.at(startMs - 1_000, () => calls.push('past'));
  calls.push('made');

  // Node's timers may be early by about a millisecond.
  expect(await last).toBeGreaterThan(27);
  expect(calls).toEqual(['made', 'past', 'soon']);
});

/** Timers and `performance.now()` that a test steps. */
function fakeTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
}

test('keeps a timer that is longer than those of Node', () => {
  fakeTime();
  const clock = new RealClock();
  const callback = vi.fn();
  clock.at(clock.now() + 60 * DAY_MS, callback);

  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(callback).not.toHaveBeenCalled();

  vi.advanceTimersByTime(2);
  expect(callback).toHaveBeenCalledOnce();
});

test.each([0, 30])('a timer of 60 days can be cancelled after %i', (days) => {
  fakeTime();
  const clock = new RealClock();
  const callback = vi.fn();
  const cancel = clock.at(clock.now() + 60 * DAY_MS, callback);

  vi.advanceTimersByTime(days * DAY_MS);
  cancel();
  vi.advanceTimersByTime(100 * DAY_MS);

  expect(callback).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
