import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decisiveLooks, staleLooks, type TimedLook, type TimedWrite } from './bounded-staleness.ts';
import { isExplained } from './orders.testing.ts';

const write = (leaves: string | undefined, beganMs: number, acknowledgedMs?: number): TimedWrite => ({
  ...{ key: 'k', leaves, beganMs, acknowledgedMs },
});
const look = (shown: string | undefined, beganMs: number, endedMs = beganMs + 1): TimedLook => ({
  ...{ key: 'k', shown, beganMs, endedMs },
});

describe('a look is stale', () => {
  const writes = [write('one', 0, 10), write('two', 20, 30)];

  test('when it shows what was over at the bound, and not a moment before', () => {
    expect(staleLooks(writes, [look('one', 129)], 100)).toEqual([]);
    expect(staleLooks(writes, [look('one', 130)], 100)).toEqual([
      { look: look('one', 130), newer: writes[1] },
    ]);
  });

  test('when it shows nothing of what was written before the bound, or what was hidden', () => {
    expect(staleLooks(writes, [look(undefined, 109)], 100)).toEqual([]);
    expect(staleLooks(writes, [look(undefined, 110)], 100)).toHaveLength(1);
    expect(staleLooks([...writes, write(undefined, 40, 50)], [look('two', 150)], 100)).toHaveLength(1);
  });

  test('when nobody had written that by then', () => {
    expect(staleLooks(writes, [look('three', 5), look('two', 10)], 100).map(({ newer }) => newer)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('and not on the word of a write that was never acknowledged', () => {
    expect(staleLooks([write('one', 0, 10), write('two', 20)], [look('one', 1_000)], 100)).toEqual([]);
    expect(staleLooks([write('one', 0), write('two', 20, 30)], [look('one', 1_000)], 100)).toEqual([]);
  });
});

test('a look decides something where it had to show a later write', () => {
  const writes = [write('one', 0, 10), write('two', 20, 30)];

  expect(decisiveLooks(writes, [look('one', 129), look('two', 130)], 100)).toBe(1);
});

test('every order of the writes, tried one by one, says the same of every look', () => {
  const time = fc.integer({ min: 0, max: 12 });
  const drawn = fc.record({
    writes: fc.array(
      fc.record({
        leaves: fc.constantFrom('a', 'b', undefined),
        beganMs: time,
        lastsMs: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
      }),
      { maxLength: 5 },
    ),
    look: fc.record({
      shown: fc.constantFrom('a', 'b', undefined),
      beganMs: time,
      lastsMs: fc.integer({ min: 0, max: 4 }),
    }),
    withinMs: fc.integer({ min: 0, max: 8 }),
  });
  const seen = { stale: 0, right: 0 };

  fc.assert(
    fc.property(drawn, ({ writes, look: { shown, beganMs, lastsMs }, withinMs }) => {
      const timed = writes.map(({ leaves, beganMs: began, lastsMs: lasts }) =>
        write(leaves, began, lasts === undefined ? undefined : began + lasts),
      );
      const one = look(shown, beganMs, beganMs + lastsMs);
      const isStale = staleLooks(timed, [one], withinMs).length > 0;
      seen[isStale ? 'stale' : 'right'] += 1;
      expect(isStale).toBe(!isExplained(timed, one, withinMs));
    }),
    { numRuns: 5_000 },
  );
  expect(Math.min(seen.stale, seen.right)).toBeGreaterThan(500);
});
