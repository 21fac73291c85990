import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Copy } from '../../reference-worker/target/index.ts';
import { roundOf } from './arithmetic.ts';
import { canBeKept, linesOf, simulateCopy, WEEK_MS } from './index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** 100 entries every 15 minutes, one call for each, of 100,000 accounts with 50. */
const slow: Copy = {
  documents: 5_000_000,
  perAccount: 50,
  perCall: 1,
  refresh: {
    cron: '*/15 * * * *',
    everyMs: 15 * MINUTE_MS,
    documentsPerRun: 100,
    olderThanMs: 15 * MINUTE_MS,
  },
  budget: { calls: 1_000, withinMs: 5 * MINUTE_MS },
  freshWithinMs: HOUR_MS,
};
const lean: Copy = {
  ...slow,
  perCall: 50,
  refresh: { cron: '*/5 * * * *', everyMs: 5 * MINUTE_MS, documentsPerRun: 40_000, olderThanMs: HOUR_MS },
  look: { olderThanMs: HOUR_MS, accountsPerHour: 2_000 },
  freshWithinMs: 12 * HOUR_MS,
};

test('100 of five million every 15 minutes take 521 days, and an hour needs another design', () => {
  const simulated = simulateCopy(slow, WEEK_MS, 1);

  // Nothing is older than 15 minutes when the first run begins.
  expect(simulated).toMatchObject({ runs: 672, calls: 67_100, refreshed: 67_100, mostCallsInPeriod: 100 });
  expect(canBeKept(slow, simulated)).toBe(false);
  const said = linesOf('entries', slow, simulated).join('\n');
  expect(said).toContain('one round        521 days, because of the documents a run; 5,000,000 calls');
  expect(said).toContain('age at the end   p50 7 days, p95 7 days, p99 7 days');
  expect(said).toContain(
    '✖ one call for the 50 documents of an account: 100,000 calls a round, 8.33 h at the budget',
  );
  expect(said).toContain(
    '✖ larger or more frequent runs, as many calls as the budget has: 5,000,000 calls a round, 17.4 days',
  );
  expect(said).toContain(
    '✔ several tokens, each with such a budget: 9 with one call for an account, 417 as it is',
  );
  expect(said).toContain('✔ a promise for what somebody looks at alone: up to 12,000 accounts in 1 h');
});

test('one call for an account keeps twelve hours, and leaves calls for those who look', () => {
  const simulated = simulateCopy(lean, WEEK_MS, 1);

  expect(canBeKept(lean, simulated)).toBe(true);
  expect(simulated.withinPromise).toBe(1);
  expect(simulated.mostCallsInPeriod).toBeLessThanOrEqual(1_000);
  expect(simulated.oldestMs).toBeGreaterThan(8 * HOUR_MS);
  expect(linesOf('entries', lean, simulated).at(-1)).toContain('can be kept');
});

test.each([
  ['a shorter promise', { freshWithinMs: 10 * HOUR_MS }],
  ['half as many in a run', { refresh: { ...lean.refresh, documentsPerRun: 20_000 } }],
  ['half the budget', { budget: { ...lean.budget, calls: 500 } }],
  ['one call for each document', { perCall: 1 }],
])('not with %s', (_, change) => {
  const copy = { ...lean, ...change };

  expect(canBeKept(copy, simulateCopy(copy, WEEK_MS, 1))).toBe(false);
});

test('looks alone can break what the schedule would keep: they spend the same budget', () => {
  const busy: Copy = {
    ...lean,
    look: { olderThanMs: MINUTE_MS, accountsPerHour: 100_000 },
    freshWithinMs: 11 * HOUR_MS,
  };

  const simulated = simulateCopy(busy, WEEK_MS, 1);

  expect(simulated.mostCallsInPeriod).toBe(1_000);
  expect(canBeKept(busy, simulated)).toBe(false);
});

describe('the simulation', () => {
  test('agrees with the arithmetic where there are no looks, for any description', () => {
    const copies = fc.record({
      accounts: fc.integer({ min: 1, max: 300 }),
      perAccount: fc.integer({ min: 1, max: 10 }),
      documentsPerRun: fc.integer({ min: 1, max: 200 }),
      everyMinutes: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(copies, ({ accounts, perAccount, documentsPerRun, everyMinutes }) => {
        const copy: Copy = {
          ...{ documents: accounts * perAccount, perAccount, perCall: perAccount, freshWithinMs: HOUR_MS },
          refresh: {
            ...{ cron: 'x', everyMs: everyMinutes * MINUTE_MS, olderThanMs: 0 },
            documentsPerRun: documentsPerRun * perAccount,
          },
          budget: { calls: 200, withinMs: MINUTE_MS },
        };
        const { durationMs } = roundOf(copy);

        const { oldestMs } = simulateCopy(copy, 3 * durationMs, 1);

        expect(oldestMs).toBe(durationMs);
      }),
      { numRuns: 100 },
    );
  });

  test('is the same again with the same seed, and another with another', () => {
    const [one, again, other] = [1, 1, 2].map((seed) => simulateCopy(lean, WEEK_MS / 7, seed));

    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });
});
