import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type SeededShard, seedShards } from '../fixtures/index.ts';
import { Behaviour } from '../reference-worker/local/behaviour/index.ts';
import { applyMutation, loadSystem, readMutations, topologyNamed } from '../reference-worker/target/index.ts';
import { decide, type Signal } from '../reports/index.ts';
import { findK6 } from './k6-binary/find-k6.ts';
import { measure } from './measure.ts';
import { Scenario, scenarioOf, shapes } from './scenarios/index.ts';
import { planShards } from './seeding.ts';
import { subjectOf } from './system.ts';
import { signalsOf } from './verdict/signals.ts';

/**
 * Rule of evidence 1: a check that cannot fail is a defect. Real k6 against real workerd, once with each reference
 * Worker and once with each mutation of it that names a signal.
 */
const signal = new AbortController().signal;
const GUARANTEES = ['isolation-violations', 'stale-reads', 'corrupt-bodies', 'cacheable-responses'];

describe.each([
  // Documents that people read and write with a session, and pages that anybody looks at.
  ['shared-shards', GUARANTEES],
  ['content-sites', ['isolation-violations', 'corrupt-bodies']],
] as const)('the guarantees of %s', async (name, guarantees) => {
  const subject = await subjectOf(await loadSystem({ system: name }, import.meta.dirname));
  const { system } = subject;
  const topology = topologyNamed(subject.placements);
  const loadMutations = readMutations(system).filter((mutation) => mutation.signal !== undefined);
  const scenario = Scenario.parse({
    ...scenarioOf(shapes.smoke, system),
    name: 'mutations',
    sizeBytes: 2e6,
    virtualUsers: 20,
    thinkTimeMedianMs: 60,
    phases: [
      { name: 'ramp', seconds: 1, share: 1, counts: false },
      { name: 'hold', seconds: 3, share: 1, counts: true },
    ],
  });
  const root = mkdtempSync(join(tmpdir(), 'mutations-'));
  let k6File: string;
  let shards: SeededShard[];

  beforeAll(async () => {
    k6File = (await findK6()).file;
    shards = await seedShards(planShards(subject, topology, scenario, root), signal);
  });

  /** Lets k6 work against a Worker. @returns the ids of the broken guarantees and of the signal that decides */
  async function brokenBy(
    entry: string | undefined,
  ): Promise<{ broken: string[]; decided: string; outcome: string }> {
    const evidence = await measure({
      subject,
      topology,
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
    expect(new Set(loadMutations.map((mutation) => mutation.signal))).toEqual(new Set(guarantees));
  });
});
