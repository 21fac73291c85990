import { describe, expect, test } from 'vitest';
import { topologies } from '../../reference-worker/shared-shards/topologies.ts';
import { Behaviour } from '../../reference-worker/target/index.ts';
import type { PredictedPhase } from '../../reports/schema/index.ts';
import { clean, cleanAggregate, totals } from '../testing/clean-evidence.ts';
import { OPERATIONS, scenarios } from '../testing/scenarios.ts';
import { climbOf, type Evidence } from '../verdict/index.ts';
import { assertPredictable, predictionOf } from './index.ts';

const behaviour = Behaviour.parse({ latency: 'uk-eu' });
const PLACED = { topology: topologies.shared, underTest: 'acme' };
const scenario = scenarios.steady;
const hold = scenario.phases.find(({ counts }) => counts);
const seconds = hold?.seconds ?? 0;

/** As many requests as people at work make, each answered in the same time. */
function run(latencyMs: number, { busyPercent = 20, share = 1 } = {}): Evidence {
  const perSecond =
    (share * scenario.virtualUsers * 1000) / (scenario.thinkTimeMedianMs * Math.exp(0.18) + latencyMs);
  const each = Math.round((perSecond * seconds) / OPERATIONS.length);
  const operations = new Map(OPERATIONS.map((name) => [name, totals(latencyMs, each)]));
  const phase = { ...totals(latencyMs, each * OPERATIONS.length), operations };
  const held = cleanAggregate.phases.get('hold');
  if (!held) throw new Error('the scenario holds its load');
  return {
    ...clean,
    behaviour,
    aggregate: { ...cleanAggregate, phases: new Map([['hold', { ...held, ...phase }]]), total: phase },
    surroundings: {
      ...clean.surroundings,
      cpuByPhase: new Map([['hold', { cores: 2, busyPercent, foreignPercent: 1, crowdedPercent: 0 }]]),
    },
  };
}
function heldIn(evidence: Evidence): PredictedPhase {
  const [phase] = predictionOf(evidence, PLACED, climbOf(evidence))?.phases ?? [];
  if (!phase) throw new Error('a phase was predicted');
  return phase;
}

describe('a prediction beside a run', () => {
  const { predicted } = heldIn(run(20));

  test('is of all people at work, at the mix that came about', () => {
    expect(heldIn(run(20))).toMatchObject({ name: 'hold', virtualUsers: scenario.virtualUsers });
    // A round trip of 8.5 to 16.5 ms, and a read or a write.
    expect(predicted.meanMs).toBeGreaterThan(10);
    expect(predicted.meanMs).toBeLessThan(20);
  });

  test('agrees in each figure that is as near as a tenth', () => {
    const { agrees } = heldIn(run(predicted.meanMs));

    // All answers took the mean: the p95 is higher in the model.
    expect(agrees).toEqual({ requestsPerSecond: true, meanMs: true, p95Ms: false });
    expect(heldIn(run(1.2 * predicted.meanMs)).agrees).toMatchObject({ meanMs: false });
    expect(heldIn(run(0.8 * predicted.meanMs)).agrees).toMatchObject({ meanMs: false });
    expect(heldIn(run(20, { share: 0.8 })).agrees).toMatchObject({ requestsPerSecond: false });
  });

  test('is not judged where this machine was short of processor time, whatever it comes to', () => {
    expect(heldIn(run(20, { busyPercent: 90 })).agrees).toBeNull();
    expect(heldIn(run(900, { busyPercent: 90 })).agrees).toBeNull();
  });

  test('has the processor time of the Worker, which no profile has', () => {
    const evidence = run(20);
    const worker = {
      role: 'worker' as const,
      name: 'w',
      meanCpuPercent: 50,
      peakCpuPercent: 60,
      peakMemoryBytes: 1,
    };
    const withWorker = { ...evidence, surroundings: { ...evidence.surroundings, processes: [worker] } };

    const perRequestMs = (1_000 * 0.5 * seconds) / evidence.aggregate.total.requests;
    expect(heldIn(withWorker).predicted.meanMs - heldIn(evidence).predicted.meanMs).toBeCloseTo(
      perRequestMs,
      6,
    );
  });

  test('is of nothing where nobody was answered', () => {
    const { aggregate, ...evidence } = run(20);

    expect(
      predictionOf({ ...evidence, aggregate: { ...aggregate, phases: new Map() } }, PLACED, null),
    ).toBeUndefined();
  });
});

describe('nothing is predicted', () => {
  const faults = [{ id: 'lost', kind: 'connection-lost', when: 'before' }];
  test.each([
    ['where nothing takes time', scenario, Behaviour.parse({}), false, /nothing takes time/],
    [
      'with planned faults',
      scenario,
      Behaviour.parse({ latency: 'uk-eu', faults }),
      false,
      /no fault is modelled/,
    ],
    ['with KV', scenario, behaviour, true, /no cache is modelled/],
    [
      'where no phase holds its load',
      { ...scenario, phases: [{ name: 'up', seconds: 9, share: 1, counts: true }] },
      behaviour,
      false,
      /no phase of steady/,
    ],
  ])('%s', (_, asked, behaves, kvCache, message) => {
    expect(() => assertPredictable(asked, behaves, kvCache)).toThrow(message);
  });
});
