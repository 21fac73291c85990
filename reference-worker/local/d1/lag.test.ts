import { describe, expect, test } from 'vitest';
import { FaultInjector } from '../faults/index.ts';
import { chanceOf, LatencyProfile, latencyProfiles } from '../latency/index.ts';
import { Replica } from './replica.ts';

/** Lags held long enough after one another to tell a percentile within a few percent. */
const HOLDS = 20_000;

/** How long commits at random moments take to be shown, in order of length. */
function observedLags({ d1 }: LatencyProfile, meanGapMs: number): Float64Array {
  let nowMs = 0;
  const clock = { now: () => nowMs, at: () => () => undefined };
  const faults = new FaultInjector(clock, 1, 'test');
  const replica = new Replica('WEUR', { database: 'test', profile: d1, seed: 7, clock, faults });
  const chance = chanceOf(7, 'commits');
  const lags = new Float64Array(Math.ceil((HOLDS * d1.lagHoldMs) / meanGapMs));
  for (let commit = 0; commit < lags.length; commit++) {
    nowMs += -Math.log1p(-chance()) * meanGapMs;
    lags[commit] = replica.dueMs(replica.arrivalMs({ schemaChanged: false })) - nowMs;
  }
  return lags.sort();
}

describe('the lag that commits meet reproduces the stated percentiles within 10 %', () => {
  test.each([
    ['pessimistic', 20_000],
    ['pessimistic', 600],
    ['uk-eu', 1_000],
    ['uk-eu', 50],
  ] as const)('of %s, with a commit every %d ms', (name, meanGapMs) => {
    const profile = LatencyProfile.parse(latencyProfiles[name]);
    const stated = profile.d1.replicaLagMs;
    if (typeof stated === 'number') throw new Error('The profile states no percentiles.');

    const lags = observedLags(profile, meanGapMs);

    const ratio = (p: number, statedMs: number): number =>
      (lags[Math.floor(p * lags.length)] ?? 0) / statedMs;
    const ratios = [ratio(0.5, stated.p50), ratio(0.95, stated.p95), ratio(0.99, stated.p99)];
    expect(ratios.filter((each) => each < 0.9 || each > 1.1)).toEqual([]);
  });
});
