import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type SeededShard, seedShards } from '../fixtures/index.ts';
import { Behaviour } from '../reference-worker/local/behaviour/index.ts';
import { system } from '../reference-worker/shared-shards/system.ts';
import { topologies } from '../reference-worker/shared-shards/topologies.ts';
import { applyMutation, readMutations } from '../reference-worker/target/index.ts';
import { decide, type Signal } from '../reports/index.ts';
import { findK6 } from './k6-binary/find-k6.ts';
import { measure } from './measure.ts';
import { Scenario } from './scenarios/index.ts';
import { planShards } from './seeding.ts';
import { subjectOf } from './system.ts';
import { scenarios } from './testing/scenarios.ts';
import { signalsOf } from './verdict/signals.ts';

/**
 * Rule of evidence 1: a check that cannot fail is a defect. Real k6 against real workerd, once with the reference
 * Worker and once with each mutation of it that names a signal.
 */
const loadMutations = readMutations(system).filter(({ signal }) => signal !== undefined);
const scenario = Scenario.parse({
  ...scenarios.smoke,
  name: 'mutations',
  sizeBytes: 2e6,
  virtualUsers: 20,
  thinkTimeMedianMs: 60,
  phases: [
    { name: 'ramp', seconds: 1, share: 1, counts: false },
    { name: 'hold', seconds: 3, share: 1, counts: true },
  ],
});

const subject = await subjectOf(system);
const signal = new AbortController().signal;
const root = mkdtempSync(join(tmpdir(), 'mutations-'));
let k6File: string;
let shards: SeededShard[];

beforeAll(async () => {
  k6File = (await findK6()).file;
  shards = await seedShards(planShards(subject, topologies.shared, scenario, root), signal);
});

/** Lets k6 work against a Worker. @returns the ids of the broken guarantees and of the signal that decides */
async function brokenBy(
  entry: string | undefined,
): Promise<{ broken: string[]; decided: string; outcome: string }> {
  const evidence = await measure({
    subject,
    topology: topologies.shared,
    scenario,
    kvCache: false,
    behaviour: Behaviour.parse({}),
    k6File,
    shards,
    stateDir: join(root, 'state'),
    signal,
    ...(entry && { entry }),
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

  test.each(loadMutations)('$id fails by $signal and by nothing before it', async (mutation) => {
    const { entry, remove } = applyMutation(mutation, system);

    const { broken, decided, outcome } = await brokenBy(entry).finally(remove);

    expect(broken).toContain(mutation.signal);
    expect([outcome, decided]).toEqual(['FAIL', mutation.signal]);
  });

  test('each have a mutation that breaks them', () => {
    expect(new Set(loadMutations.map((mutation) => mutation.signal))).toEqual(
      new Set(['isolation-violations', 'stale-reads', 'corrupt-bodies', 'cacheable-responses']),
    );
  });
});
