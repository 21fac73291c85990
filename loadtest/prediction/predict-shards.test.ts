import { describe, expect, test } from 'vitest';
import { latencyProfiles } from '../../reference-worker/local/latency/index.ts';
import type { PlacedTenant } from '../tenants/index.ts';
import { scenarios } from '../testing/scenarios.ts';
import { predictShards } from './predict-shards.ts';

const ukEu = latencyProfiles['uk-eu'];
const tenant = (
  id: string,
  shardId: string,
  atWork: number,
  more: Partial<PlacedTenant> = {},
): PlacedTenant => ({
  ...{ id, name: id, shardId, atWork, people: atWork, fullHoursPerDay: 8, isMeasured: true },
  ...{ sizeBytes: 2e9, growthBytesPerYear: 1e9 },
  ...more,
});
const predict = (tenants: readonly PlacedTenant[], profile = ukEu, seed = 1) =>
  predictShards(tenants, { ...scenarios.soak, seed }, profile);

describe('a prediction', () => {
  test('is as busy as the requests of all tenants of a shard make it: rho = lambda E[S]', () => {
    const d1 = { ...ukEu.d1, readServiceMs: 1, writeServiceMs: 5 };

    const [shard] = predict([tenant('a', 'one', 3_000), tenant('b', 'one', 1_000)], { ...ukEu, d1 });

    // 4,000 people who click once in 18 s, whose rounds hold 0.85 writes, 4.85 reads, and two more in one of twenty.
    const perSecond = 4_000 / 17.96;
    const writeShare = 0.85 / (0.85 + 4.85 + 0.1);
    expect(shard?.answers.requestsPerSecond).toBeGreaterThan(0.98 * perSecond);
    expect(shard?.answers.requestsPerSecond).toBeLessThan(1.02 * perSecond);
    const busy = (perSecond * (1 + 4 * writeShare)) / 1000;
    expect((shard?.answers.busyShare ?? 0) / busy).toBeGreaterThan(0.97);
    expect((shard?.answers.busyShare ?? 0) / busy).toBeLessThan(1.03);
    expect(shard?.missed).toEqual([]);
  });

  test('misses objectives where more is asked for than a database can serve', () => {
    const [shard] = predict([tenant('a', 'one', 20_000)]);

    expect(shard?.missed).toContain('the error budget');
  });

  test('tells what a move buys: each shard has its own queue', () => {
    const together = predict([tenant('a', 'one', 8_000), tenant('b', 'one', 3_000)]);
    const apart = predict([tenant('a', 'one', 8_000), tenant('b', 'two', 3_000)]);

    expect(apart.map(({ shardId, atWork }) => [shardId, atWork])).toEqual([
      ['one', 8_000],
      ['two', 3_000],
    ]);
    expect(apart[0]?.answers.meanMs).toBeLessThan(together[0]?.answers.meanMs ?? 0);
  });

  test('lets replicas take reads from the primary, which all writes still go to', () => {
    const those = [tenant('a', 'one', 9_000)];
    const [alone] = predict(those);
    const [replicated] = predictShards(those, { ...scenarios.soak, seed: 1 }, ukEu, true);

    expect(replicated?.answers.busyShare).toBeLessThan(0.9 * (alone?.answers.busyShare ?? 0));
    expect(replicated?.answers.requestsPerSecond).toBeCloseTo(alone?.answers.requestsPerSecond ?? 0, -1);
    expect(replicated?.answers.p95MsByOperation.get('open-client')).toBeLessThan(
      alone?.answers.p95MsByOperation.get('open-client') ?? 0,
    );
  });

  test('says when a shard is full, by the growth of its tenants', () => {
    const [shard] = predict([tenant('a', 'one', 100), tenant('b', 'one', 100, { growthBytesPerYear: 0 })]);

    // 6 GB are left, and 1 GB comes in a year.
    expect(shard).toMatchObject({ bytes: 4e9, monthsLeft: expect.closeTo(72, 6) });
  });

  test('is the same for the same seed, and another one for another', () => {
    const those = [tenant('a', 'one', 500)];

    expect(predict(those)).toEqual(predict(those));
    expect(predict(those, ukEu, 2)).not.toEqual(predict(those));
  });
});
