import { describe, expect, test } from 'vitest';
import { randomKey, unitsOf } from '../../fixtures/generator/random.ts';
import { clean } from '../testing/clean-evidence.ts';
import { scenarios } from '../testing/scenarios.ts';
import { driftSignals } from './drift-signals.ts';
import type { Evidence } from './evidence.ts';

const HOLD_FROM = 120;
const HOLD_SECONDS = 7_200;
const MEGABYTE = 1e6;

/** A soak of two hours, whose p95 and whose Worker's memory follow these lines. */
function soaked({ p95Ms = (_: number) => 10, bytes = (_: number) => 200 * MEGABYTE }): Evidence {
  const seconds = Array.from({ length: HOLD_FROM + HOLD_SECONDS }, (_, second) => second);
  // Noise of a few percent, the same in every run.
  const noise = (second: number): number => 1 + 0.03 * Math.sin(second * 12.9898);
  const startedAtMs = 1_000_000;
  const worker = { role: 'worker', name: 'worker-shared', meanCpuPercent: 1, peakCpuPercent: 1 } as const;
  return {
    ...clean,
    scenario: scenarios.soak,
    aggregate: {
      ...clean.aggregate,
      startedAtMs,
      seconds: [
        {
          ...{ second: 1_000, virtualUsers: 0, due: 0, dropped: 0, requests: 0, failures: 0 },
          answered: null,
          latencies: '',
        },
      ],
      timeline: seconds.map((second) => {
        const value = second < HOLD_FROM ? 500 : p95Ms(second) * noise(second);
        return { second, virtualUsers: 1, requests: 1, failures: 0, p50Ms: value, p95Ms: value };
      }),
    },
    surroundings: {
      ...clean.surroundings,
      processes: [{ ...worker, peakMemoryBytes: 1 }],
      memory: new Map([
        [
          worker.name,
          seconds
            .slice(HOLD_FROM)
            .map((second) => ({ atSeconds: second, value: bytes(second) * noise(second) })),
        ],
      ]),
    },
  };
}

const observed = (evidence: Evidence) =>
  Object.fromEntries(driftSignals(evidence).map((facts) => [facts.id, facts.observed]));

describe('a soak', () => {
  test('that stays where it is has its own p95 and gains nothing', () => {
    expect(observed(soaked({}))).toEqual({
      'drift-p95': expect.closeTo(5, 0),
      'drift-memory-worker-shared': 0,
    });
  });

  test('that slows down by 30 ms an hour would miss its objective in the evening', () => {
    const { 'drift-p95': p95Ms } = observed(soaked({ p95Ms: (second) => 10 + (30 * second) / 3600 }));

    expect(p95Ms).toBeGreaterThan(270);
    expect(p95Ms).toBeLessThan(310);
  });

  test('whose Worker gains 20 MB an hour would lose its isolate', () => {
    const { 'drift-memory-worker-shared': bytes } = observed(
      soaked({ bytes: (second) => (200 + (20 * second) / 3600) * MEGABYTE }),
    );

    expect(bytes).toBeGreaterThan(170 * MEGABYTE);
    expect(bytes).toBeLessThan(210 * MEGABYTE);
  });

  test('that gets faster and smaller is not held against it', () => {
    const better = soaked({
      p95Ms: (second) => 50 - second / 200,
      bytes: (second) => (400 - second / 100) * MEGABYTE,
    });

    expect(observed(better)).toMatchObject({ 'drift-memory-worker-shared': 0 });
  });
});

test('chance alone does not drift', () => {
  const rises = Array.from({ length: 20 }, (_, seed) => {
    const chance = unitsOf(randomKey(seed, 'chance'));
    return observed(soaked({ bytes: () => 200 * MEGABYTE * (0.8 + 0.4 * chance()) }));
  });

  // A trend at 1 %: one of twenty by chance at most, where the slope alone would accuse half of them.
  const accused = rises.filter(({ 'drift-memory-worker-shared': bytes }) => bytes !== 0);
  expect(accused.length).toBeLessThanOrEqual(1);
});

test('what was before the soak is not part of its drift', () => {
  const quick = soaked({});
  const { timeline } = quick.aggregate;
  // Half of the time is a warm-up that was quicker.
  const [warmUp] = scenarios.soak.phases;
  const scenario = {
    ...scenarios.soak,
    phases: [
      { ...warmUp, name: 'warm-up', seconds: 3_600, share: 1, counts: false },
      { name: 'hold', seconds: 3_600, share: 1, counts: true },
    ],
  };
  const stepped = timeline.map((each) => ({ ...each, p95Ms: each.second < 3_600 ? 1 : each.p95Ms }));

  expect(
    observed({ ...quick, scenario, aggregate: { ...quick.aggregate, timeline: stepped } }),
  ).toMatchObject({
    'drift-p95': expect.closeTo(5, 0),
  });
});

test.each([0, 9])('a Worker whose memory was seen %i times is not one that gained nothing', (times) => {
  const { surroundings, ...rest } = soaked({});
  const memory = new Map(
    [...surroundings.memory].map(([name, readings]) => [name, readings.slice(0, times)]),
  );

  expect(observed({ ...rest, surroundings: { ...surroundings, memory } })).toMatchObject({
    'drift-memory-worker-shared': Number.NaN,
  });
});

test('a run too short for a drift, or in two halves, is not judged by one', () => {
  const hold = { name: 'hold', seconds: 3_600, share: 1, counts: true };
  const halves = [hold, { ...hold, name: 'pause', counts: false }, { ...hold, name: 'again' }];

  expect(driftSignals(clean)).toEqual([]);
  expect(driftSignals({ ...soaked({}), scenario: { ...scenarios.soak, phases: halves } })).toEqual([]);
});
