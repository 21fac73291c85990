import { decide } from '../../document/index.ts';
import type { DatabaseUse, ServicePart } from '../../schema/index.ts';
import {
  type Block,
  COMPARISON_SCHEMA_VERSION,
  type ComparisonResult,
  type Treatment,
  type TreatmentComparison,
} from '../../schema/index.ts';
import { mergeLatencies } from '../../statistics/index.ts';
import { sampleBehaviour } from '../../testing/sample-behaviour.ts';
import { sampleHeadroom } from '../../testing/sample-headroom.ts';
import { sampleLatency } from '../../testing/sample-load.ts';
import { generatorSignal, leakSignal, sampleResult } from '../../testing/sample-result.ts';

const BLOCKS_PER_TREATMENT = 4;
const REQUESTS = 600;

interface Kind {
  readonly topology: string;
  readonly neighbour: string | null;
  readonly medianMs: number;
  readonly utilisation: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  shared: { topology: 'shared', neighbour: null, medianMs: 20, utilisation: 0.21 },
  'shared-with-neighbour': {
    topology: 'shared',
    neighbour: 'write-storm',
    medianMs: 34,
    utilisation: 0.93,
  },
  dedicated: { topology: 'dedicated', neighbour: 'write-storm', medianMs: 20.2, utilisation: 0.19 },
};

const use = ({ utilisation, topology }: Kind): DatabaseUse => ({
  database: topology === 'shared' ? 'shard-eu-1' : 'acme-eu',
  instance: 'primary',
  requests: 2_140,
  utilisation,
  meanServiceMs: 4.9,
  meanQueueMs: (4.9 * utilisation) / (1 - utilisation),
  longestQueue: Math.ceil(utilisation * 40),
});

const partsOf = ({ medianMs, utilisation }: Kind): ServicePart[] => [
  {
    part: 'd1',
    servedBy: 'WEUR primary',
    latency: sampleLatency(200, medianMs / 2),
    shareOfTime: utilisation / 2,
  },
  {
    part: 'd1',
    servedBy: 'WEUR replica',
    latency: sampleLatency(400, 9),
    shareOfTime: 0.4 - utilisation / 4,
  },
  { part: 'app', servedBy: '', latency: sampleLatency(600, 0.4), shareOfTime: 0.6 - utilisation / 4 },
];

function block(kind: Kind, order: number): Block {
  const latency = sampleLatency(REQUESTS, kind.medianMs * (1 + (order % 3) / 100));
  return {
    at: new Date(Date.UTC(2026, 10, 22, 9, 0, 40 * order)).toISOString(),
    order,
    environmentFingerprint: '5f2d',
    seconds: 20,
    requests: REQUESTS,
    failures: 0,
    requestsPerSecond: REQUESTS / 20,
    latency,
    operations: [{ name: 'open client', latency }],
    databases: [use(kind)],
    serviceParts: partsOf(kind),
    verification: {
      bodiesChecked: 700,
      documentsChecked: 4_000,
      isolationViolations: 0,
      staleReads: 0,
      corruptBodies: 0,
    },
  };
}

/** @param place of the treatment in each round, from 0 */
function treatment(name: string, kind: Kind, place: number): Treatment {
  const blocks = Array.from({ length: BLOCKS_PER_TREATMENT }, (_, round) =>
    block(kind, round * 3 + place + 1),
  );
  const latency = mergeLatencies(blocks.map((each) => each.latency));
  const { topology, neighbour } = kind;
  const { storage, bills } = sampleHeadroom;
  return {
    name,
    topology,
    neighbour,
    blocks,
    requestsPerSecond: REQUESTS / 20,
    latency,
    operations: [{ name: 'open client', latency, objectiveP95Ms: 80 }],
    databases: [use(kind)],
    serviceParts: partsOf(kind),
    storage,
    bill: bills.find(({ placement }) => placement === topology) ?? null,
  };
}

const TREATMENTS = Object.entries(KINDS).map(([name, kind], place) => treatment(name, kind, place));

const compared = (
  other: string,
  figure: TreatmentComparison['figure'],
  ratio: number,
  verdict: TreatmentComparison['verdict'],
): TreatmentComparison => ({
  ...{ base: 'shared', other, figure, ratio, verdict },
  interval95: { low: ratio * 0.95, high: ratio * 1.06 },
  pairs: BLOCKS_PER_TREATMENT,
  effect: `${figure} of ${other} against shared is ${verdict === 'no difference' ? 'the same' : verdict}`,
});

/** A storm beside the account that a D1 of its own would spare it; the same on every call. */
export function sampleComparison(overrides: Partial<ComparisonResult> = {}): ComparisonResult {
  const signals = overrides.signals ?? [leakSignal(0), generatorSignal(61.7)];
  const { environment, scenario } = sampleResult();
  return {
    schemaVersion: COMPARISON_SCHEMA_VERSION,
    runId: '2026-11-22T090000Z-compare',
    kind: 'comparison',
    startedAt: '2026-11-22T09:00:00.000Z',
    finishedAt: '2026-11-22T09:11:10.000Z',
    verdict: decide(signals),
    signals,
    reproduce: 'npm run compare -- --neighbour write-storm --seed 42',
    environment,
    seed: 42,
    scenario,
    behaviour: { ...sampleBehaviour.latencyProfile, readReplication: sampleBehaviour.readReplication },
    treatments: TREATMENTS,
    bounds: { smallestEffect: 0.03, equivalence: 0.2, comparisons: 15 },
    comparisons: [
      compared('shared-with-neighbour', 'p95Ms', 1.7, 'higher'),
      compared('dedicated', 'p95Ms', 1.01, 'no difference'),
      compared('dedicated', 'requestsPerSecond', 1, 'no difference'),
    ],
    noisyNeighbours: [
      {
        aggressor: 'write-storm',
        treatment: 'shared-with-neighbour',
        factor: 2.41,
        interval95: { low: 1.9, high: 3.06 },
        verdict: 'higher',
      },
      {
        aggressor: 'write-storm',
        treatment: 'dedicated',
        factor: 1.02,
        interval95: { low: 0.95, high: 1.09 },
        verdict: 'no difference',
      },
    ],
    explanation: [
      {
        treatment: 'shared-with-neighbour',
        saturatesFirst: 'shard-eu-1 primary',
        sentence:
          'the primary of shard-eu-1 is busy 93 % of the time, and a request waits 65 ms for its turn.',
      },
      {
        treatment: 'dedicated',
        saturatesFirst: 'none',
        sentence: 'nothing is busy for more than 19 % of the time.',
      },
    ],
    decision: {
      choice: 'move to dedicated',
      sentence: 'Its neighbour makes its p99 2.41 times as long, and a D1 of its own spares it that.',
      reasons: [
        {
          rule: 'The neighbour does not slow the account down on the shared shard',
          observed: 'p99 2.41 times as long',
          bound: 'at most 2 times, or no difference',
          holds: true,
        },
        {
          rule: 'The dedicated placement is within the budget',
          observed: 'US$4.77 more a month',
          bound: 'at most US$10.00',
          holds: true,
        },
      ],
    },
    basis: [sampleHeadroom.priceTable, ...sampleHeadroom.assumptions],
    ...overrides,
  };
}
