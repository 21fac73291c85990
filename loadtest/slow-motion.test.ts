import { expect, test } from 'vitest';
import { Behaviour } from '../reference-worker/local/behaviour/index.ts';
import { simulate } from './queue-model/simulate.ts';
import { assertSlowable, slowBehaviour, slowScenario } from './slow-motion.ts';
import { scenarios } from './testing/scenarios.ts';

const ukEu = Behaviour.parse({ latency: 'uk-eu', readReplication: 'auto' });

test('every duration of D1 and KV is as many times as long, and nothing else changes', () => {
  const { d1, kv } = slowBehaviour(ukEu, 4).latency;

  expect(d1.readServiceMs).toEqual(
    Object.fromEntries(Object.entries(ukEu.latency.d1.readServiceMs).map(([name, ms]) => [name, ms * 4])),
  );
  expect(d1.statementLimitMs).toBe(ukEu.latency.d1.statementLimitMs * 4);
  expect(kv.cache?.defaultTtlMs).toBe((ukEu.latency.kv.cache?.defaultTtlMs ?? Number.NaN) * 4);
  expect(d1).toMatchObject({
    queueLimit: ukEu.latency.d1.queueLimit,
    nearest: ukEu.latency.d1.nearest,
    databaseLimitBytes: ukEu.latency.d1.databaseLimitBytes,
  });
  expect(slowBehaviour(ukEu, 1)).toEqual(ukEu);
});

test('a slowed model under slowed users answers as at full speed, in slowed time', () => {
  const { thinkTimeSigma, popShares } = scenarios.step;
  const run = (factor: number) => {
    const { thinkTimeMedianMs } = slowScenario({ ...scenarios.step, slowMotion: factor });
    return simulate({
      profile: slowBehaviour(ukEu, factor).latency,
      hasReplicas: true,
      demand: {
        instances: [{ database: 'shard', instance: 'primary', reads: 1, writes: 1, factor: 1 }],
        cachedKeys: 0,
        centralKeys: 0,
      },
      load: {
        ...{ model: 'closed' as const, thinkTimeMedianMs, thinkTimeSigma, popShares },
        virtualUsers: 900,
        operations: [{ name: 'open-client', writes: false, weight: 1 }],
      },
      requests: 2_000,
      seed: 3,
    });
  };

  const [full, slow] = [run(1), run(4)];

  expect(slow.p95Ms / full.p95Ms).toBeCloseTo(4, 6);
  expect(slow.requestsPerSecond * 4).toBeCloseTo(full.requestsPerSecond, 6);
});

const slow = { ...scenarios.step, slowMotion: 4 };

test.each([
  ['nothing is modelled', slow, Behaviour.parse({}), false, /instant models nothing/],
  [
    'faults are planned',
    slow,
    { ...ukEu, faults: Behaviour.parse({ faults: [{ id: 'f', kind: 'kv-error' }] }).faults },
    false,
    /planned faults/,
  ],
  ['the Worker caches in KV', slow, ukEu, true, /times to live/],
  ['the run is a soak', { ...scenarios.soak, slowMotion: 4 }, ukEu, false, /drift/],
])('it is refused where %s', (_, scenario, behaviour, kvCache, reason) => {
  expect(() => assertSlowable(scenario, behaviour, kvCache)).toThrow(reason);
  expect(() => assertSlowable({ ...scenario, slowMotion: 1 }, behaviour, kvCache)).not.toThrow();
});
