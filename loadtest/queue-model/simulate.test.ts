import { describe, expect, test } from 'vitest';
import { draw, latencyProfiles } from '../../reference-worker/local/latency/index.ts';
import { scenarios } from '../testing/scenarios.ts';
import { demandOf } from './demand.ts';
import { type ModelledLoad, type Simulation, simulate } from './simulate.ts';

const ukEu = latencyProfiles['uk-eu'];
const load: ModelledLoad = {
  model: 'closed',
  virtualUsers: 200,
  thinkTimeMedianMs: 1_500,
  thinkTimeSigma: 0.6,
  popShares: scenarios.step.popShares,
  operations: [{ name: 'open-client', writes: false, weight: 1 }],
};
/** A database that answers each request with one read of exactly 4 ms, 10 ms away. */
const simulation: Simulation = {
  profile: {
    ...ukEu,
    d1: {
      ...ukEu.d1,
      roundTripMs: { LHR: { WEUR: 10 }, MAN: { WEUR: 10 }, EDI: { WEUR: 10 } },
      readServiceMs: 4,
      writeServiceMs: 9,
    },
  },
  hasReplicas: false,
  demand: {
    instances: [{ database: 'shard', instance: 'primary', reads: 1, writes: 1, factor: 1 }],
    cachedKeys: 0,
    centralKeys: 0,
  },
  load,
  requests: 4_000,
  seed: 1,
};

describe('the queue model alone', () => {
  test('takes the way and the service where nobody waits, and the mix as it is', () => {
    const operations = [
      { name: 'open-client', writes: false, weight: 3 },
      { name: 'add-note', writes: true, weight: 1 },
    ];

    const answers = simulate({ ...simulation, load: { ...load, virtualUsers: 2, operations } });

    expect(answers.p95MsByOperation.get('open-client')).toBeCloseTo(14, 6);
    // One read and one write.
    expect(answers.p95MsByOperation.get('add-note')).toBeCloseTo(10 + 4 + 10 + 9, 6);
    expect(Math.abs(answers.meanMs - (3 * 14 + 33) / 4)).toBeLessThan(1.5);
    expect(answers.failureShare).toBe(0);
  });

  test('lets nobody wait for what is written after an answer, but for the database that it keeps busy', () => {
    const operations = [{ name: 'add-note', writes: true, weight: 1 }];
    const [instance = expect.fail()] = simulation.demand.instances;
    const demand = { ...simulation.demand, instances: [{ ...instance, unawaited: 30 }] };
    const alone = { ...simulation, load: { ...load, virtualUsers: 2, operations } };

    const [before, after] = [simulate(alone), simulate({ ...alone, demand })];

    expect(after.meanMs).toBeGreaterThan(before.meanMs);
    expect(after.meanMs).toBeLessThan(before.meanMs + 20);
    expect(after.busyShare / before.busyShare).toBeGreaterThan(15);
  });

  /** So many users that what they ask for is a Poisson process, whoever waits. */
  const crowdOf = (busy: number, meanServiceMs: number) => {
    const perMs = busy / meanServiceMs;
    const thinkTimeMedianMs = 1_000_000;
    const meanThinkMs = thinkTimeMedianMs * Math.exp(0.6 ** 2 / 2);
    return { ...load, thinkTimeMedianMs, virtualUsers: Math.round(perMs * meanThinkMs) };
  };
  /** Exponential: each of its percentiles is the mean times -ln(1 - p). */
  const exponential = { min: 0, p50: 4 * Math.LN2, p95: 4 * Math.log(20), p99: 4 * Math.log(100) };
  const skewed = { min: 1, p50: 2, p95: 10, p99: 30 };
  const meanOf = (power: number): number => {
    const points = 200_000;
    let sum = 0;
    for (let point = 0; point < points; point += 1)
      sum += draw(skewed, () => (point + 0.5) / points) ** power;
    return sum / points;
  };

  // Pollaczek and Khinchine: the mean wait is lambda E[S^2] / 2 (1 - rho).
  test.each([
    ['M/M/1, half busy', 0.5, exponential, 4, 32],
    ['M/D/1, 80 % busy', 0.8, 4, 4, 16],
    ['M/G/1, 60 % busy', 0.6, skewed, meanOf(1), meanOf(2)],
  ] as const)(
    'waits as the closed form of %s says, within 2 %% of the answer',
    (_, busy, readServiceMs, meanMs, meanSquare) => {
      const { profile } = simulation;
      const d1 = { ...profile.d1, readServiceMs, queueLimit: 1e6, queueWaitMs: 1e9 };
      const runs = [1, 2, 3, 4].map((seed) =>
        simulate({
          ...simulation,
          seed,
          profile: { ...profile, d1 },
          load: crowdOf(busy, meanMs),
          requests: 50_000,
        }),
      );
      const answers = runs.map((run) => run.meanMs);
      const waitMs = ((busy / meanMs) * meanSquare) / 2 / (1 - busy);

      const seen = answers.reduce((sum, each) => sum + each, 0) / runs.length;
      expect(seen / (10 + meanMs + waitMs)).toBeGreaterThan(0.98);
      expect(seen / (10 + meanMs + waitMs)).toBeLessThan(1.02);
      expect(runs[0]?.busyShare).toBeCloseTo(busy, 1);
    },
  );

  test('answers no more than the database can serve, and refuses beyond the limit of its queue', () => {
    const crowd = { ...simulation, load: { ...load, virtualUsers: 1_500 } };

    const { requestsPerSecond, failureShare, meanMs } = simulate(crowd);

    expect(requestsPerSecond * (1 - failureShare)).toBeGreaterThan(240);
    expect(requestsPerSecond * (1 - failureShare)).toBeLessThan(255);
    expect(failureShare).toBeGreaterThan(0.5);
    const patient = {
      ...crowd.profile,
      d1: { ...crowd.profile.d1, queueLimit: 10_000, queueWaitMs: 60_000 },
    };
    const waiting = simulate({ ...crowd, profile: patient });
    expect(waiting.failureShare).toBe(0);
    expect(waiting.meanMs).toBeGreaterThan(5 * meanMs);
  });

  test('is open where the load is: requests come at their rate, whatever came back', () => {
    const { requestsPerSecond } = simulate({ ...simulation, load: { ...load, model: 'open' } });

    expect(requestsPerSecond).toBeCloseTo(200 / 1.7958, 0);
  });

  test('is the same for the same seed', () => {
    expect(simulate(simulation)).toEqual(simulate(simulation));
    expect(simulate({ ...simulation, seed: 2 })).not.toEqual(simulate(simulation));
  });
});

test('the demand is what the data plane counted: reads and writes by their mean service time', () => {
  const d1 = { ...ukEu.d1, readServiceMs: 1, writeServiceMs: 9 };
  const counts = { database: 'shard', queueMs: 0, longestQueue: 0 };
  const use = {
    observedMs: 1_000,
    databases: [
      { ...counts, instance: 'primary', requests: 100, busyMs: 500 },
      { ...counts, instance: 'WEUR', requests: 400, busyMs: 800 },
      { ...counts, instance: 'EEUR', requests: 0, busyMs: 0 },
    ],
    kv: [{ namespace: 'cache', reads: 50, cachedReads: 40, writes: 0, deletes: 0, lists: 0 }],
    buckets: [],
  };

  const demand = demandOf(use, { requests: 500, writes: 100 }, d1);

  expect(demand).toEqual({
    instances: [
      // A mean of 5 ms is half of each.
      { database: 'shard', instance: 'primary', reads: 0.1, writes: 0.5, factor: 1 },
      // A replica never writes: its reads take twice as long as modelled.
      { database: 'shard', instance: 'WEUR', reads: 0.8, writes: 0, factor: 2 },
    ],
    cachedKeys: 0.08,
    centralKeys: 0.02,
  });
});

test('what an answer had no time to wait for is written by somebody else, or after it', () => {
  const d1 = { ...ukEu.d1, readServiceMs: 1, writeServiceMs: 9 };
  const counts = { database: 'shard', instance: 'primary', queueMs: 0, longestQueue: 0 };
  const use = {
    observedMs: 1_000,
    databases: [{ ...counts, requests: 100, busyMs: 900 }],
    kv: [],
    buckets: [],
  };

  const [database] = demandOf(use, { requests: 500, writes: 10, writeAnswerMs: 35 }, d1).instances;

  // 8.5 ms to the nearest primary and 9 there: two in 35 ms, of ten.
  expect(database).toMatchObject({ writes: 2, unawaited: 8 });
});
