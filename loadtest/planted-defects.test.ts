import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type SeededShard, seedShards } from '../fixtures/index.ts';
import { Plane } from '../reference-worker/local/behaviour/index.ts';
import { topologies } from '../reference-worker/local/topology.ts';
import { decide, type Signal } from '../reports/index.ts';
import { findK6 } from './k6-binary/find-k6.ts';
import { measure } from './measure.ts';
import { Scenario, scenarios } from './scenarios/index.ts';
import { planShards } from './seeding.ts';
import { signalsOf } from './verdict/signals.ts';

/**
 * Rule of evidence 1: a check that cannot fail is a defect. Real k6 against real workerd, once with the reference
 * Worker and once with each Worker that has a known defect.
 */
const ROOT = join(import.meta.dirname, '..');
const DEFECTS = join(ROOT, 'reference-worker', 'shared-shards', 'test', 'planted-defects');
const scenario = Scenario.parse({
  ...scenarios.smoke,
  name: 'planted-defects',
  sizeBytes: 2e6,
  virtualUsers: 20,
  thinkTimeMedianMs: 60,
  phases: [
    { name: 'ramp', seconds: 1, share: 1, counts: false },
    { name: 'hold', seconds: 3, share: 1, counts: true },
  ],
});

const signal = new AbortController().signal;
const root = mkdtempSync(join(tmpdir(), 'planted-defects-'));
let k6File: string;
let shards: SeededShard[];

beforeAll(async () => {
  k6File = (await findK6()).file;
  shards = await seedShards(planShards(topologies.shared, 'acme', scenario, root), signal);
});

/** Lets k6 work against a Worker. @returns the ids of the broken guarantees and of the signal that decides */
async function brokenBy(
  entry: string | undefined,
): Promise<{ broken: string[]; decided: string; outcome: string }> {
  const evidence = await measure({
    topology: topologies.shared,
    underTest: 'acme',
    scenario,
    kvCache: false,
    plane: Plane.parse({}),
    k6File,
    shards,
    stateDir: join(root, 'state'),
    signal,
    ...(entry && { entry: join(DEFECTS, entry) }),
  });
  const signals: Signal[] = signalsOf(evidence);
  const verdict = decide(signals);
  expect(evidence.aggregate.counters.bodies_checked).toBeGreaterThan(200);
  return {
    broken: signals.filter(({ kind, holds }) => kind === 'safety' && !holds).map(({ id }) => id),
    decided: verdict.signal,
    outcome: verdict.outcome,
  };
}

describe('the guarantees', () => {
  test('all hold for the reference Worker', async () => {
    expect((await brokenBy(undefined)).broken).toEqual([]);
  });

  test.each([
    ['leak.ts', 'isolation-violations'],
    ['stale.ts', 'stale-reads'],
    ['lost-write.ts', 'stale-reads'],
    ['wrong-document.ts', 'corrupt-bodies'],
    ['cacheable.ts', 'cacheable-responses'],
  ])('%s fails by %s and by nothing before it', async (entry, expected) => {
    const { broken, decided, outcome } = await brokenBy(entry);

    expect(broken).toContain(expected);
    expect([outcome, decided]).toEqual(['FAIL', expected]);
  });
});
