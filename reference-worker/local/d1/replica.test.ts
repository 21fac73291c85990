import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import { FaultInjector, FaultPlan } from '../faults/index.ts';
import { withD1 } from '../testing/d1-client.ts';
import { Replica } from './replica.ts';

const ROWS = { schemaChanged: false };
const SCHEMA = { schemaChanged: true };

function open(plan: unknown[] = [], replicaLagMs = 100) {
  const clock = new VirtualClock();
  const startMs = clock.now();
  const faults = new FaultInjector(clock, 1, 'test');
  faults.set(FaultPlan.parse(plan));
  const profile = withD1({ replicaLagMs }).d1;
  const replica = new Replica('WEUR', { database: 'test', profile, seed: 1, clock, faults });
  return {
    clock,
    faults,
    replica,
    arrival: (change: typeof ROWS) => replica.arrivalMs(change) - startMs,
    due: (ms: number) => replica.dueMs(startMs + ms) - startMs,
    notice: (ms: number) => replica.noticePause(startMs + ms),
  };
}

const pause = (fromMs: number, forMs?: number) => ({
  id: `from ${fromMs}`,
  kind: 'replica-pause',
  fromMs,
  forMs,
});

test('a commit arrives after its lag, and never before the one before it', async () => {
  const { clock, arrival } = open([{ id: 'once', kind: 'replica-lag', addMs: 500, times: 1 }]);

  const arrivals = [arrival(ROWS)];
  await clock.advance(10);
  arrivals.push(arrival(ROWS));
  await clock.advance(900);
  arrivals.push(arrival(ROWS));

  expect(arrivals).toEqual([600, 600, 1_010]);
});

test('only a change of the schema is held back by schema-behind, and what comes after it', () => {
  const { arrival } = open([{ id: 'late', kind: 'schema-behind', addMs: 500 }]);

  expect([arrival(ROWS), arrival(SCHEMA), arrival(ROWS)]).toEqual([100, 600, 600]);
});

describe('a pause', () => {
  test.each([
    ['before it', 99, 99],
    ['as it begins', 100, 300],
    ['within it', 299, 300],
    ['as it ends', 300, 300],
    ['after it', 500, 500],
  ])('%s: what arrives at %d ms is shown at %d', (_, arrivesMs, shownMs) => {
    expect(open([pause(100, 200)]).due(arrivesMs)).toBe(shownMs);
  });

  test('may follow upon another, in any order of planning, and may have no end', () => {
    expect(open([pause(300, 100), pause(100, 200)]).due(150)).toBe(400);
    expect(open([pause(100)]).due(150)).toBe(Number.POSITIVE_INFINITY);
  });

  test('of another replica or database is none', () => {
    expect(
      open([
        { ...pause(0), region: 'EEUR' },
        { ...pause(1), database: 'other' },
      ]).due(150),
    ).toBe(150);
  });

  test('has fired when it holds back what has arrived, and not before', async () => {
    const { clock, faults, notice } = open([pause(100, 200)]);
    const counts: (number | undefined)[] = [];
    for (const [untilMs, arrivedMs] of [
      [50, 40],
      [150, 160],
      [150, 140],
      [350, 140],
    ] as const) {
      await clock.advance(untilMs - (clock.now() - new VirtualClock().now()));
      notice(arrivedMs);
      counts.push(faults.report()[0]?.count);
    }

    expect(counts).toEqual([0, 0, 1, 1]);
    expect(faults.report()[0]?.firings).toEqual([{ atMs: 150, database: 'test', region: 'WEUR' }]);
  });
});
