import { latencySection } from '../capacity/index.ts';
import {
  environmentBlock,
  isolation,
  isolationStatements,
  MODEL_STATEMENT,
  scenarioBlocks,
  signals,
} from '../document/content/index.ts';
import {
  counted,
  FIGURES_WITHHELD,
  figureColumns,
  formatBytes,
  formatCount,
  formatMs,
  formatPercent,
  formatSeconds,
  isSpoiled,
  note,
  type Report,
  type ReportBlock,
  type Section,
  statement,
  table,
  wordColumns,
} from '../document/index.ts';
import type { KindOfRun } from '../kind-of-run.ts';
import { REMOTE_LOAD_SCHEMA_VERSION, RemoteLoadResult } from '../schema/index.ts';

/** What a load of a Worker that runs somewhere says: how it was borne, who made it, what nobody could see, and what was left behind. */
export function remoteLoadReport(result: RemoteLoadResult): Report {
  const { runId, startedAt, verdict, reproduce, schemaVersion, scenario } = result;
  return {
    name: 'remote load',
    ...{ runId, startedAt, reproduce },
    verdict: { outcome: verdict.outcome, reason: verdict.reason, decidedBy: verdict.signal },
    opening: opening(result),
    sections: [
      // The connecting of a remote target is part of its answer times, and said with them.
      ...(isSpoiled(result)
        ? []
        : [
            latencySection({ ...result, connecting: undefined, knee: null }, MODEL_STATEMENT[scenario.model]),
          ]),
      machines(result),
      isolation(result),
      signals(result),
      {
        id: 'setup',
        title: 'Setup',
        folded: true,
        blocks: [...scenarioBlocks(scenario), environmentBlock(result)],
      },
    ],
    origin: `remote load schema version ${schemaVersion}, which lies beside this page`,
  };
}

function opening(result: RemoteLoadResult): ReportBlock[] {
  const { scenario, target, account, load, doubts, notMeasured, cleanedUp, runners } = result;
  const seconds = scenario.phases.reduce((sum, phase) => sum + (phase.counts ? phase.seconds : 0), 0);
  return [
    ...(isSpoiled(result)
      ? [note(FIGURES_WITHHELD)]
      : [
          {
            kind: 'figures' as const,
            label: 'Load',
            figures: [
              [
                formatCount(load.peakVirtualUsers),
                `virtual users, held ${formatSeconds(load.heldMs / 1000)}`,
              ],
              [formatCount(load.requestsPerSecond), 'requests/s'],
              [formatMs(result.total.p95Ms), 'p95 of all requests, connecting and TLS included'],
              [formatCount(load.failures), `failed of ${formatCount(load.requests)}`],
            ] as const,
          },
        ]),
    ...statement('Asked', [
      `${scenario.name}, ${scenario.model} model, ${formatCount(scenario.virtualUsers)} users of ${account}, ${formatSeconds(seconds)} that count, at ${target}, from ${counted(runners.length, 'machine')}`,
    ]),
    ...(isSpoiled(result)
      ? []
      : statement(
          'Served by',
          [popsOf(result), connectingOf(result)].filter((line) => line !== ''),
        )),
    ...statement('Isolation', isolationStatements(result)),
    ...statement('In doubt', doubts),
    ...statement('Unseen here', notMeasured),
    ...statement('Left behind', cleanedUp ? leftBehind(cleanedUp) : []),
  ];
}

/** Which PoPs answered is seen, never planned. */
function popsOf({ series }: RemoteLoadResult): string {
  const all = series.reduce((sum, { requests }) => sum + requests, 0);
  const byPop = Map.groupBy(series, ({ pop }) => pop);
  return [...byPop]
    .map(([pop, those]) => [pop, those.reduce((sum, { requests }) => sum + requests, 0)] as const)
    .toSorted(([, a], [, b]) => b - a)
    .map(([pop, requests]) => `${pop} ${formatPercent((100 * requests) / all)}`)
    .join(', ');
}

const connectingOf = ({ connecting }: RemoteLoadResult): string =>
  connecting
    ? `of the answer times connecting and TLS: p95 ${formatMs(connecting.p95Ms)} on ${formatCount(connecting.count)} connections`
    : '';

function leftBehind({
  removed,
  restored,
  left,
  examples,
}: NonNullable<RemoteLoadResult['cleanedUp']>): string[] {
  const done = `${formatCount(removed)} documents that the load made were deleted, ${formatCount(restored)} that it changed hold again what they were seeded with`;
  return left === 0 ? [`nothing: ${done}`] : [`${formatCount(left)} documents: ${examples.join('; ')}`, done];
}

const machines = ({ runners }: RemoteLoadResult): Section => ({
  id: 'machines',
  title: 'The machines that made the load',
  blocks: table({
    caption: 'Runners',
    columns: [
      ...wordColumns('Runner'),
      ...figureColumns(
        'Requests',
        'Began',
        'k6, of a core',
        'k6, memory',
        'Machine busy',
        'Throttled',
        "Target's clock ahead",
      ),
    ],
    rows: runners.map((runner) => [
      runner.name,
      formatCount(runner.requests),
      runner.startedAt === null ? 'never' : runner.startedAt.slice(11, 23),
      formatPercent(runner.meanCpuPercent),
      formatBytes(runner.peakMemoryBytes),
      runner.machineBusyPercent === null ? 'not seen' : formatPercent(runner.machineBusyPercent),
      runner.throttledPercent === null ? 'no limit' : formatPercent(runner.throttledPercent),
      runner.clockOffsetMs === null
        ? 'not told'
        : `${formatMs(runner.clockOffsetMs.low)} to ${formatMs(runner.clockOffsetMs.high)}`,
    ]),
  }),
});

export const REMOTE_LOAD: KindOfRun<RemoteLoadResult> = {
  schema: RemoteLoadResult,
  version: REMOTE_LOAD_SCHEMA_VERSION,
  named: 'The result of this load',
  reportOf: remoteLoadReport,
};
