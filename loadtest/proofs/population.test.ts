import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SeededShard, seedShards } from '../../fixtures/index.ts';
import {
  applyMutation,
  Behaviour,
  loadSystem,
  readMutations,
  topologyNamed,
} from '../../reference-worker/target/index.ts';
import { runExperiment } from '../compare/index.ts';
import { neighbours } from '../compare/neighbours/index.ts';
import { blockShape } from '../compare/scenario.ts';
import { placementTreatments } from '../compare/treatments.ts';
import { findK6 } from '../k6-binary/find-k6.ts';
import { measure } from '../measure.ts';
import { Scenario, scenarioOf, shapes, withOverrides } from '../scenarios/index.ts';
import { planShards } from '../seeding.ts';
import { subjectOf } from '../system.ts';
import { signalsOf } from '../verdict/index.ts';

/** Users of many small accounts, each with its own, on one database; and a schedule that works beside them. */
const ROOT = join(import.meta.dirname, '..', '..');
const system = await loadSystem({ system: 'synced-settings' }, import.meta.dirname);
const subject = await subjectOf(system);
const topology = topologyNamed(subject.placements, 'shared');
const signal = new AbortController().signal;
const root = mkdtempSync(join(tmpdir(), 'population-'));
afterAll(() => rmSync(root, { recursive: true }));

const scenario = Scenario.parse({
  ...scenarioOf(shapes.smoke, subject.system),
  ...{ name: 'population', sizeBytes: 2e6, virtualUsers: 30, thinkTimeMedianMs: 60 },
  phases: [
    { name: 'ramp', seconds: 1, share: 1, counts: false },
    { name: 'hold', seconds: 4, share: 1, counts: true },
  ],
});
let shards: SeededShard[];
let k6File: string;
beforeAll(async () => {
  k6File = (await findK6()).file;
  shards = await seedShards(planShards(subject, topology, scenario, root), signal);
});

async function measured(entry?: string) {
  const evidence = await measure({
    ...{
      subject,
      topology,
      scenario,
      kvCache: false,
      behaviour: Behaviour.parse({}),
      k6File,
      shards,
      signal,
    },
    stateDir: join(root, 'state'),
    ...(entry && { entry }),
  });
  const broken = signalsOf(evidence).filter(({ kind, holds }) => kind === 'safety' && !holds);
  return { evidence, broken: broken.map(({ id }) => id) };
}

describe('users of a population', () => {
  test('see what is theirs, while the schedule runs', async () => {
    const { evidence, broken } = await measured();

    expect(broken).toEqual([]);
    expect(evidence.aggregate.counters.documents_checked).toBeGreaterThan(5_000);
    expect(evidence.aggregate.total.failures).toBe(0);
    expect(evidence.scheduled).toEqual({ runs: 1, failures: [] });
  });

  test('are seen to see what is not', async () => {
    const [mutation = expect.fail()] = readMutations(system).filter((each) => each.signal !== undefined);
    const { entry, remove } = applyMutation(mutation, system);

    const { broken } = await measured(entry).finally(remove);

    expect(broken).toContain(mutation.signal);
  });
});

test('a population beside others is compared with one that has a database of its own', async () => {
  const [, beside, dedicated] = placementTreatments(neighbours.tenants, subject.placements);
  const block = withOverrides(scenarioOf({ ...blockShape, thinkTimeMedianMs: 200 }, subject.system), {
    ...{ virtualUsers: 20, sizeBytes: 2e6, holdSeconds: 5 },
  });

  const blocks = await runExperiment({
    ...{ subject, pairs: 1, scenario: block, behaviourGiven: 'instant', root: ROOT, signal },
    treatments: [beside, dedicated].filter((each) => each !== undefined),
    behaviour: Behaviour.parse({}),
    k6: await findK6(),
  });

  for (const { result, neighbour } of blocks) {
    expect(result.signals.filter(({ kind, holds }) => kind === 'safety' && !holds)).toEqual([]);
    expect(result.verification.documentsChecked).toBeGreaterThan(200);
    expect(neighbour).toMatchObject({ failures: 0, isolationViolations: 0, corruptBodies: 0 });
    expect(neighbour?.requests).toBeGreaterThan(10);
  }
  expect(blocks).toHaveLength(2);
}, 300_000);
