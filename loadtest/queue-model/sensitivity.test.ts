import { expect, test } from 'vitest';
import { latencyProfiles } from '../../reference-worker/local/latency/index.ts';
import { withOverrides } from '../scenarios/index.ts';
import { scenarios } from '../testing/scenarios.ts';
import type { ModelledRun } from './modelled-run.ts';
import { sensitivityOf } from './sensitivity.ts';

const ukEu = latencyProfiles['uk-eu'];
const roundTripMs = { LHR: { WEUR: 10 }, MAN: { WEUR: 10 }, EDI: { WEUR: 10 } };

/** One read of 20 ms for each request: 50 a second at most, and a mean think time of 1.8 s. */
const run: ModelledRun = {
  answers: new Map(),
  simulation: {
    profile: {
      ...ukEu,
      d1: { ...ukEu.d1, roundTripMs, readServiceMs: 20, writeServiceMs: 30, queueLimit: 100 },
    },
    hasReplicas: false,
    demand: {
      instances: [{ database: 'shard', instance: 'primary', reads: 1, writes: 0, factor: 1 }],
      cachedKeys: 0,
      centralKeys: 0,
    },
    load: {
      ...scenarios.step,
      model: 'closed',
      virtualUsers: 60,
      operations: [{ name: 'open-client', writes: false, weight: 1 }],
    },
    requests: 1_000,
    seed: 1,
  },
};
const small = withOverrides(scenarios.step, { virtualUsers: 60, holdSeconds: 22 });
const rowOf = ({ rows }: Awaited<ReturnType<typeof sensitivityOf>>, path: string) =>
  rows.find((row) => row.path === path);

test("a ladder's knee follows the service time that limits it, and not what nothing waits for", () => {
  const sensitivity = sensitivityOf(run, small, 40);

  const { requestsPerSecond: knee, missed } = sensitivity.asItIs;
  expect(knee).toBeGreaterThan(25);
  expect(knee).toBeLessThan(50);
  expect(missed).toContain('p95 of open-client');
  const reads = rowOf(sensitivity, 'd1.readServiceMs');
  expect(reads?.half.requestsPerSecond).toBeGreaterThan(1.8 * knee);
  expect(reads?.twice.requestsPerSecond).toBeLessThan(0.5 * knee);
  expect(reads).toMatchObject({ half: { holds: true }, twice: { holds: false }, basis: 'assumption' });
  expect(rowOf(sensitivity, 'd1.writeServiceMs')?.twice.requestsPerSecond).toBeCloseTo(knee, 0);
});

test('an objective at the measured load flips where the assumption decides it', () => {
  const steady = withOverrides(scenarios.steady, { virtualUsers: 60 });

  const sensitivity = sensitivityOf(run, steady, 0);

  expect(sensitivity.asItIs).toMatchObject({ holds: true, missed: [] });
  expect(rowOf(sensitivity, 'd1.readServiceMs')?.twice).toMatchObject({
    holds: false,
    missed: expect.arrayContaining(['p95 of open-client']),
  });
  expect(rowOf(sensitivity, 'd1.queueLimit')).toMatchObject({ value: '100', basis: 'assumption' });
});

test('says of every number of the profile where it comes from', () => {
  const { simulation } = run;
  const measured = { basis: 'measured', says: 'by somebody' } as const;
  const { 'd1.readServiceMs.p50': _, ...others } = ukEu.sources;
  const profile = { ...ukEu, sources: { ...others, 'd1.readServiceMs': measured } };

  const { bases = [] } = sensitivityOf(
    { ...run, simulation: { ...simulation, profile } },
    withOverrides(scenarios.steady, { virtualUsers: 60 }),
    0,
  );

  const partOf = (basis: string, path: string) =>
    bases.find((each) => each.basis === basis)?.parts.find((part) => part.path === path);
  expect(bases.map(({ basis }) => basis)).toEqual(['measured', 'documented', 'assumption']);
  expect(partOf('measured', 'd1.readServiceMs')).toEqual({ path: 'd1.readServiceMs', count: 2, of: 4 });
  expect(partOf('documented', 'd1.readServiceMs')).toMatchObject({ count: 1 });
  expect(partOf('assumption', 'd1.replicaLagMs')).toMatchObject({ count: 4, of: 4 });
});

test('names what is assumed and not varied, and what only a run with replicas has', () => {
  const without = sensitivityOf(run, withOverrides(scenarios.steady, { virtualUsers: 60 }), 0);
  const { demand } = run.simulation;
  const [primary] = demand.instances;
  const instances = primary
    ? [
        { ...primary, reads: 0.5 },
        { ...primary, instance: 'WEUR', reads: 0.5 },
      ]
    : [];
  const simulation = { ...run.simulation, hasReplicas: true, demand: { ...demand, instances } };
  const replicated = sensitivityOf({ ...run, simulation }, withOverrides(scenarios.steady, {}), 0);

  expect(without.notVaried).toContain('d1.replicaLagMs');
  expect(without.rows.map(({ path }) => path)).not.toContain('d1.nearest');
  expect(rowOf(replicated, 'd1.nearest')).toMatchObject({ value: '50 %', basis: 'assumption' });
  // All reads at the primary wait for longer than two even halves.
  expect(rowOf(replicated, 'd1.nearest')?.twice.p95Ms).toBeGreaterThan(replicated.asItIs.p95Ms);
});
