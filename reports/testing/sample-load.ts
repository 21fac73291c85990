import type { Figures } from '../document/index.ts';
import type {
  DatabaseUse,
  Latency,
  OperationResult,
  PhaseOfLoad,
  SecondOfRun,
  Series,
  ServicePart,
} from '../schema/index.ts';
import { latencyHistogram, latencyOf, mergeLatencies } from '../statistics/index.ts';

/** Log-logistic quantiles: a long-tailed latency distribution in closed form, the same on every call. */
export function sampleLatency(count: number, medianMs: number): Latency {
  const histogram = latencyHistogram();
  for (let i = 0; i < count; i++) {
    const u = (i + 0.5) / count;
    histogram.recordValue(Math.round(medianMs * 1000 * (u / (1 - u)) ** 0.28));
  }
  return latencyOf(histogram);
}

const OPERATIONS: readonly [
  name: string,
  kind: OperationResult['kind'],
  requests: number,
  medianMs: number,
][] = [
  ['sign in', 'read', 2_400, 3.1],
  ['search clients', 'read', 9_600, 6.4],
  ['open client', 'read', 14_200, 2.7],
  ['finances of client', 'read', 7_100, 4.2],
  ['notes of client', 'read', 7_050, 3.6],
  ['edit client', 'write', 3_300, 9.8],
  ['add note', 'write', 3_900, 8.9],
  ['read back', 'read', 7_180, 2.9],
];
const POPS: readonly [pop: string, share: number, slower: number][] = [
  ['LHR', 0.6, 1],
  ['MAN', 0.3, 1.1],
  ['EDI', 0.1, 1.4],
];

const SERIES: readonly Series[] = OPERATIONS.flatMap(([operation, , requests, medianMs]) =>
  POPS.map(([pop, share, slower]) => {
    const count = Math.round(requests * share);
    const latency = sampleLatency(count, medianMs * slower);
    return { operation, account: 'acme', pop, placement: 'shared', requests: count, failures: 0, latency };
  }),
);
export const sampleSeries = (): Series[] => [...SERIES];

const latencyOfOperation = (name: string): Latency =>
  mergeLatencies(SERIES.filter(({ operation }) => operation === name).map(({ latency }) => latency));

const MERGED: readonly OperationResult[] = OPERATIONS.map(([name, kind, requests]) => ({
  name,
  kind,
  requests,
  failures: 0,
  latency: latencyOfOperation(name),
  objectiveP95Ms: kind === 'read' ? 20 : 40,
  objectiveP99Ms: kind === 'read' ? 80 : 160,
}));
export const sampleOperations = (): OperationResult[] => [...MERGED];

export const samplePhases: PhaseOfLoad[] = [
  phase('climb', false, { seconds: 30, virtualUsers: 2_010, requests: 13_760 }),
  phase('settle', false, { seconds: 10, virtualUsers: 4_000, requests: 9_130 }),
  phase('hold', true, { seconds: 60, virtualUsers: 4_000, requests: 54_730 }),
];

/** @param load what distinguishes the phase; `medianMs` is of its latencies */
export function phase(
  name: string,
  counts: boolean,
  load: Pick<PhaseOfLoad, 'seconds' | 'virtualUsers' | 'requests'> & { medianMs?: number; failures?: number },
): PhaseOfLoad {
  const { seconds, virtualUsers, requests, failures = 0, medianMs = 3.6 } = load;
  const latency = sampleLatency(Math.min(requests, 2_000), medianMs);
  return {
    name,
    counts,
    seconds,
    virtualUsers,
    requests,
    failures,
    requestsPerSecond: requests / seconds,
    latency,
  };
}

export const sampleServiceParts: ServicePart[] = [
  { part: 'outside', servedBy: '', latency: sampleLatency(5_000, 0.9), shareOfTime: 0.22 },
  { part: 'route', servedBy: '', latency: sampleLatency(5_000, 0.2), shareOfTime: 0.04 },
  { part: 'kv', servedBy: '', latency: sampleLatency(800, 0.6), shareOfTime: 0.03 },
  { part: 'd1', servedBy: 'WEUR replica', latency: sampleLatency(4_300, 2.1), shareOfTime: 0.41 },
  { part: 'd1', servedBy: 'WEUR primary', latency: sampleLatency(700, 5.9), shareOfTime: 0.21 },
  { part: 'app', servedBy: '', latency: sampleLatency(5_000, 0.4), shareOfTime: 0.09 },
];

export const sampleDatabases: DatabaseUse[] = [
  use('accounts', 'primary', { requests: 2_420, utilisation: 0.012, meanServiceMs: 0.31, meanQueueMs: 0.02 }),
  use('shard-1', 'primary', { requests: 8_460, utilisation: 0.716, meanServiceMs: 5.08, meanQueueMs: 1.44 }),
  use('shard-1', 'WEUR', { requests: 47_530, utilisation: 0.483, meanServiceMs: 0.61, meanQueueMs: 0.27 }),
];

function use(
  database: string,
  instance: string,
  load: Omit<DatabaseUse, 'database' | 'instance' | 'longestQueue'>,
): DatabaseUse {
  return { database, instance, ...load, longestQueue: Math.ceil(load.utilisation * 20) };
}

/** A ramp of a third of the run, then a hold; the wobble is a fixed pattern. */
export function sampleTimeline(seconds: number, virtualUsers: number): SecondOfRun[] {
  return Array.from({ length: seconds }, (_, second) => {
    const users = Math.min(1, (second + 1) / (seconds / 3)) * virtualUsers;
    const wobble = 1 + 0.06 * Math.sin(second * 1.7) + 0.03 * Math.sin(second * 0.31);
    const p50Ms = 3.4 * wobble;
    return {
      second,
      virtualUsers: Math.round(users),
      requests: Math.round(users * 0.2282 * wobble),
      failures: 0,
      p50Ms,
      p95Ms: p50Ms * 2.6 * (second % 29 === 0 ? 1.6 : wobble),
    };
  });
}

/** What remains of the figures when a run was stopped before anything was counted. */
export const nothingMeasured: Figures = {
  load: {
    peakVirtualUsers: 0,
    heldMs: 0,
    requests: 0,
    failures: 0,
    requestsPerSecond: 0,
    readShare: 0,
    generators: 1,
  },
  phases: [],
  operations: [],
  series: [],
  total: sampleLatency(0, 1),
  totalFromSending: null,
  serviceParts: [],
  databases: [],
  knee: null,
  headroom: null,
  timeline: [],
};
