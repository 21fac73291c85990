import { decide, signal } from '../document/index.ts';
import { type RunResult, SCHEMA_VERSION, type Signal } from '../schema/index.ts';
import { mergeLatencies } from '../statistics/index.ts';
import { sampleBehaviour } from './sample-behaviour.ts';
import { sampleHeadroom } from './sample-headroom.ts';
import {
  sampleDatabases,
  sampleLatency,
  sampleOperations,
  samplePhases,
  sampleSeries,
  sampleServiceParts,
  sampleTimeline,
} from './sample-load.ts';

export const leakSignal = (observed: number): Signal =>
  signal({
    id: 'isolation-violations',
    title: 'Documents of another account',
    kind: 'safety',
    requirement: 'A7',
    observed,
    bound: 0,
    comparison: 'at most',
    unit: 'documents',
    onBreach: 'FAIL',
    why: 'A single document of another account is a leak.',
  });

export const generatorSignal = (observed: number): Signal =>
  signal({
    id: 'generator-cpu',
    title: 'Peak CPU of the load generator',
    kind: 'validity',
    observed,
    bound: 85,
    comparison: 'at most',
    unit: '% of a core',
    onBreach: 'VOID',
    why: 'A starved generator measures itself, not the target.',
  });

export const objectiveSignal = (observed: number): Signal =>
  signal({
    id: 'p95-search-clients',
    title: 'p95 of search clients',
    kind: 'objective',
    requirement: 'B7',
    observed,
    bound: 20,
    comparison: 'at most',
    unit: 'ms',
    onBreach: 'FAIL',
    why: 'Staff wait for this page many times an hour.',
  });

/** A valid result of a clean run, the same on every call; the verdict follows from the signals given. */
export function sampleResult(overrides: Partial<RunResult> = {}): RunResult {
  const signals = overrides.signals ?? [leakSignal(0), generatorSignal(61.7), objectiveSignal(14.615)];
  const operations = overrides.operations ?? sampleOperations();
  return {
    schemaVersion: SCHEMA_VERSION,
    runId: '2026-11-21T120300Z-smoke',
    kind: 'capacity',
    startedAt: '2026-11-21T12:03:00.000Z',
    finishedAt: '2026-11-21T12:06:10.000Z',
    verdict: decide(signals),
    signals,
    reproduce: 'npm run capacity -- --scenario steady --topology shared --seed 42',
    environment: {
      commit: '0123456789abcdef0123456789abcdef01234567',
      uncommittedChanges: false,
      platform: 'linux x64',
      cpuModel: 'Example CPU @ 2.40GHz',
      cpuCount: 2,
      memoryBytes: 25_769_803_776,
      nodeVersion: '24.21.0',
      workerdVersion: '1.20261023.1',
      k6Version: '2.2.0',
    },
    scenario: {
      name: 'steady',
      why: 'All users at work at once, held: the question of requirement A4.',
      model: 'closed',
      seed: 42,
      virtualUsers: 4000,
      offeredPerSecond: 925.4,
      phases: [
        { name: 'climb', seconds: 30, share: 1, counts: false },
        { name: 'settle', seconds: 10, share: 1, counts: false },
        { name: 'hold', seconds: 60, share: 1, counts: true },
      ],
      thinkTimeMedianMs: 4000,
      thinkTimeSigma: 0.6,
      zipfExponent: 0.99,
      popShares: { LHR: 0.6, MAN: 0.3, EDI: 0.1 },
      sizeBytes: 5_000_000_000,
      objectives: {
        p95Ms: { low: 20, high: 40 },
        p99Ms: { low: 80, high: 160 },
        failureBudget: 0.001,
        longestStallMs: 2000,
      },
    },
    topology: {
      name: 'shared',
      kvCache: false,
      shardFileBytes: { 'shard-1': 281_018_368 },
      accounts: [
        { id: 'acme', shardId: 'shard-1', underTest: true, documents: 412_300, documentBytes: 201_326_592 },
        { id: 'birch', shardId: 'shard-1', underTest: false, documents: 4_120, documentBytes: 2_013_265 },
        { id: 'cedar', shardId: 'shard-1', underTest: false, documents: 4_087, documentBytes: 1_998_848 },
        { id: 'dogwood', shardId: 'shard-1', underTest: false, documents: 4_102, documentBytes: 2_004_112 },
      ],
    },
    behaviour: sampleBehaviour,
    load: {
      peakVirtualUsers: 4000,
      heldMs: 60_012,
      requests: 54_730,
      failures: 0,
      requestsPerSecond: 912.16,
      readShare: 0.868,
      generators: 1,
    },
    phases: samplePhases,
    operations,
    series: sampleSeries(),
    total: mergeLatencies(operations.map(({ latency }) => latency)),
    totalFromSending: null,
    connecting: sampleLatency(54_730, 0.2),
    serviceParts: sampleServiceParts,
    databases: sampleDatabases,
    knee: null,
    headroom: sampleHeadroom,
    verification: {
      bodiesChecked: 71_406,
      documentsChecked: 388_214,
      isolationViolations: 0,
      staleReads: 0,
      corruptBodies: 0,
      leakRateUpperBound95: 3 / 388_214,
    },
    timeline: sampleTimeline(100, 4000),
    processes: [
      {
        role: 'generator',
        name: 'k6',
        meanCpuPercent: 48.2,
        peakCpuPercent: 61.7,
        peakMemoryBytes: 812_646_400,
      },
      {
        role: 'worker',
        name: 'workerd',
        meanCpuPercent: 71.5,
        peakCpuPercent: 90.1,
        peakMemoryBytes: 214_958_080,
      },
      {
        role: 'data-plane',
        name: 'node',
        meanCpuPercent: 39.4,
        peakCpuPercent: 55,
        peakMemoryBytes: 186_646_528,
      },
    ],
    ...overrides,
  };
}
