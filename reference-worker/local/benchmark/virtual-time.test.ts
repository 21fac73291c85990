import { describe, expect, test } from 'vitest';
import { freshFolder } from '../testing/fresh-folder.ts';
import { isMet } from './aim.ts';
import type { Day } from './day.ts';
import { liveThroughDay } from './day.ts';
import { dayOfFaults } from './day-of-faults.ts';
import { judgeDays } from './virtual-time.ts';

describe('a day of virtual time', () => {
  const live = (seed: number, onProgress?: (done: number) => void): Promise<Day> =>
    liveThroughDay({ seed, operations: 1_000, folder: freshFolder(), ...(onProgress && { onProgress }) });

  test('is the same for the same seed, and another one for another', async () => {
    const [first, again, other] = [await live(1), await live(1), await live(2)];

    expect(again.hash).toBe(first.hash);
    expect(again.fired).toEqual(first.fired);
    expect(other.hash).not.toBe(first.hash);
    expect(other.fired).not.toEqual(first.fired);
  });

  test('has the operations and the faults that it was asked for', async () => {
    const seen: number[] = [];

    const day = await live(1, (done) => void seen.push(done));

    expect(day).toMatchObject({ operations: 1_000, virtualMs: 24 * 60 * 60 * 1000 });
    expect(seen).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(Object.keys(day.fired)).toEqual(dayOfFaults.map(({ id }) => id));
    const kinds = dayOfFaults.filter(({ id }) => (day.fired[id] ?? 0) > 0).map(({ kind }) => kind);
    expect(new Set(kinds).size).toBeGreaterThan(8);
    // Some by plan, most not.
    expect(day.failed).toBeGreaterThan(10);
    expect(day.failed).toBeLessThan(100);
  });
});

describe('the aims', () => {
  const day: Day = {
    operations: 1,
    failed: 0,
    virtualMs: 1,
    seconds: 60,
    hash: 'a',
    fired: { late: 1, lost: 1 },
  };
  const met = { first: day, again: day, other: { ...day, hash: 'b' } };
  const missedOf = (days: Parameters<typeof judgeDays>[0]): string[] =>
    judgeDays(days)
      .aims.filter((aim) => !isMet(aim))
      .map(({ what }) => what);

  test('are met at their limits', () => {
    expect(missedOf(met)).toEqual([]);
    expect(judgeDays(met).aims).toHaveLength(4);
  });

  test.each<[string, Partial<typeof met>, RegExp]>([
    ['the slowest day', { again: { ...day, seconds: 60.1 } }, /^24 hours/],
    ['another history', { again: { ...day, hash: 'c' } }, /^the same seed/],
    ['the same history', { other: day }, /^another seed/],
    ['a fault on one day', { other: { ...day, hash: 'b', fired: { late: 1, lost: 0 } } }, /^planned faults/],
  ])('are missed one by one: %s', (_, changed, what) => {
    expect(missedOf({ ...met, ...changed })).toEqual([expect.stringMatching(what)]);
  });
});
