import {
  type Figures,
  figureColumns,
  formatBytes,
  formatCount,
  formatMs,
  formatPercent,
  formatSeconds,
  percentileTexts,
  type RunEvidence,
  type Table,
  wordColumns,
} from '../document/index.ts';
import type { Latency, ProcessUsage } from '../schema/index.ts';
import { mergeLatencies } from '../statistics/index.ts';

/** What the requests are that percentiles are of. */
export function measuredStatement({ load, knee, total }: Pick<Figures, 'load' | 'knee' | 'total'>): string {
  const reads = `${formatPercent(load.readShare * 100)} reads`;
  return knee
    ? `${formatCount(total.count)} requests on the highest rung that kept its objectives, ${reads}`
    : `${formatCount(load.requests)} requests in the phases that count, ${reads}`;
}

/** Of the requests that percentiles are of. */
export const failuresShown = ({ operations }: Pick<Figures, 'operations'>): number =>
  operations.reduce((sum, { failures }) => sum + failures, 0);

/** What connecting took beside the answer times: off this machine it is part of them (loadtest/k6/clock.ts). */
export const connectingStatement = ({ count, p95Ms, p99Ms }: Latency): string =>
  `Connecting, not part of these times: p95 ${formatMs(p95Ms)}, p99 ${formatMs(p99Ms)} of ${formatCount(count)} connections`;

/** What was asked of the target, and what it was held to: one clause each; the latter not in older runs. */
export function askedStatements({ scenario, topology }: RunEvidence): [asked: string, ...heldTo: string[]] {
  const { name, model, virtualUsers, phases, sizeBytes, objectives } = scenario;
  const seconds = phases.reduce((sum, { counts, seconds }) => sum + (counts ? seconds : 0), 0);
  const size = sizeBytes === undefined ? '' : `, an account of ${formatBytes(sizeBytes)}`;
  const asked = `${name}, ${model} model, ${formatCount(virtualUsers)} users, ${formatSeconds(seconds)} that count`;
  const heldTo = objectives
    ? [
        `p95 ≤ ${range(objectives.p95Ms)} and p99 ≤ ${range(objectives.p99Ms)} by operation, ` +
          `${formatPercent(objectives.failureBudget * 100)} failed, no stall over ${formatSeconds(objectives.longestStallMs / 1000)}`,
      ]
    : [];
  return [`${asked}${size}, ${topology.name}`, ...heldTo];
}

const range = ({ low, high }: { low: number; high: number }): string =>
  low === high ? `${formatCount(low)} ms` : `${formatCount(low)} to ${formatCount(high)} ms`;

/** Why the naive figure stands beside the open model's (Tene, "How NOT to Measure Latency", 2013). */
export const OMISSION_STATEMENT =
  'From sending, as most tools measure, hides the wait behind a stall (coordinated omission).';

/** Each phase of the scenario, those that do not count included. */
export function phaseTable({ phases }: Figures): Table {
  return {
    caption: 'Phases of the scenario',
    columns: [
      ...wordColumns('Phase', 'Counts'),
      ...figureColumns('Length', 'Users', 'Requests/s', 'Requests', 'Failed', 'p50', 'p95', 'p99'),
    ],
    rows: phases.map(
      ({ name, counts, seconds, virtualUsers, requests, failures, requestsPerSecond, latency }) => [
        name,
        counts ? 'yes' : 'no',
        formatSeconds(seconds),
        formatCount(Math.round(virtualUsers)),
        formatCount(requestsPerSecond),
        formatCount(requests),
        formatCount(failures),
        ...percentileTexts(latency),
      ],
    ),
  };
}

/** What users of each PoP saw, by the deployment that answered: a merge of the series (rule of evidence 6). */
export function popTable({ series }: Pick<Figures, 'series'>): Table {
  const groups = Map.groupBy(series, ({ pop, placement }) => JSON.stringify([pop, placement]));
  return {
    caption: 'Latency by PoP',
    columns: [
      ...wordColumns('PoP', 'Deployment'),
      ...figureColumns('Requests', 'Failed', 'p50', 'p95', 'p99'),
    ],
    rows: [...groups.values()].flatMap((group) => {
      const [first] = group;
      return first === undefined
        ? []
        : [
            [
              first.pop,
              first.placement,
              formatCount(group.reduce((sum, { requests }) => sum + requests, 0)),
              formatCount(group.reduce((sum, { failures }) => sum + failures, 0)),
              ...percentileTexts(mergeLatencies(group.map(({ latency }) => latency))),
            ],
          ];
    }),
  };
}

/** What the load generators took; the peak is the busiest one's, because one that is short spoils the run. */
export function generatorStatement({ processes }: RunEvidence): string {
  const generators = processes.filter(({ role }) => role === 'generator');
  const [first] = generators;
  if (first === undefined) return 'none was seen at work';
  const sum = (value: (each: ProcessUsage) => number) =>
    generators.reduce((total, each) => total + value(each), 0);
  const mean = formatPercent(sum(({ meanCpuPercent }) => meanCpuPercent));
  const peak = formatPercent(Math.max(...generators.map(({ peakCpuPercent }) => peakCpuPercent)));
  const memory = formatBytes(sum(({ peakMemoryBytes }) => peakMemoryBytes));
  return generators.length === 1
    ? `${first.name}: ${mean} of a core, peak ${peak}; ${memory} peak memory`
    : `${generators.length} together: ${mean} of a core, peak of one ${peak}; ${memory} peak memory`;
}
