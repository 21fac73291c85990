import {
  type Figures,
  figureColumns,
  formatCount,
  formatMs,
  note,
  objectiveState,
  objectiveTexts,
  percentileTexts,
  type ReportBlock,
  type Section,
  statement,
  type Table,
  table,
  totalRows,
  withObjectives,
} from '../document/index.ts';
import {
  connectingStatement,
  failuresShown,
  measuredStatement,
  OMISSION_STATEMENT,
  popTable,
} from './load.ts';

/** What percentiles are of, whatever else was measured. */
type LatencyFigures = Pick<
  Figures,
  'load' | 'operations' | 'series' | 'total' | 'totalFromSending' | 'connecting' | 'knee'
>;

/** @param model what the percentiles of this model are of */
export function latency(figures: LatencyFigures, model: string): Section {
  const { totalFromSending, connecting, knee } = figures;
  // A ladder misses objectives by design: there each rung is judged, not each operation.
  const media = knee ? (['page', 'summary'] as const) : (['page', 'summary', 'terminal'] as const);
  return {
    id: 'latency',
    title: 'Latency by operation',
    blocks: [
      note(`${measuredStatement(figures)}. ${model} Percentiles come from merged HDR histograms.`),
      ...operationChart(figures),
      ...table(operationTable(figures), { in: media }),
      ...(totalFromSending
        ? [{ ...note(OMISSION_STATEMENT), in: ['page', 'summary', 'terminal'] as const }]
        : []),
      ...statement(undefined, connecting ? [connectingStatement(connecting)] : [], [
        'page',
        'summary',
        'terminal',
      ]),
      ...table(popTable(figures), {
        title: 'By PoP',
        explained: 'What users of each PoP saw. Every operation of every PoP is in result.json.',
      }),
    ],
  };
}

/** p50, p95 and p99 of every operation that was called, against its objective. */
function operationChart({ operations }: LatencyFigures): ReportBlock[] {
  const called = operations.filter(({ latency }) => latency.count > 0);
  if (called.length === 0) return [];
  const missed = called.filter((operation) => objectiveState(operation) === 'missed');
  const spoken = called.map(({ name, latency }) => `${name} ${formatMs(latency.p95Ms)}`).join(', ');
  return [
    {
      kind: 'chart',
      id: 'operations',
      label: `p95 by operation: ${spoken}. ${missed.length} of ${called.length} missed their objective. All percentiles are in the table below.`,
      caption:
        'Milliseconds; each step doubles. The ring is p50, the thick bar ends at p95, the thin line at p99; the upright stroke is the objective for p95.',
      picture: {
        type: 'ranges',
        rows: called.map((operation) => ({
          name: operation.name,
          ring: operation.latency.p50Ms,
          thickTo: operation.latency.p95Ms,
          thinTo: operation.latency.p99Ms,
          bound: operation.objectiveP95Ms,
          colour: missed.includes(operation) ? 'bad' : 'accent',
        })),
      },
    },
  ];
}

const TONE = { met: 'good', missed: 'bad', 'not certain': 'quiet', 'no requests': 'quiet' } as const;

function operationTable(figures: LatencyFigures): Table {
  const rows = figures.operations.map((operation) => {
    const { name, kind, requests, failures, latency } = operation;
    const state = objectiveState(operation);
    return [
      ...[name, kind, formatCount(requests), formatCount(failures)],
      ...withObjectives(percentileTexts(latency), objectiveTexts(operation)),
      formatMs(latency.maxMs),
      { text: state, tone: TONE[state] },
    ];
  });
  const sums = totalRows(figures).map(([name, latency]) => [
    ...[name, '', formatCount(latency.count), formatCount(failuresShown(figures))],
    ...withObjectives(percentileTexts(latency), ['', '']),
    ...[formatMs(latency.maxMs), ''],
  ]);
  return {
    caption: 'Latency by operation',
    columns: [
      ['Operation', 'left'],
      ['Kind', 'left', { in: ['page'] }],
      ['Requests', 'right'],
      ['Failed', 'right', { in: ['page', 'summary'] }],
      ...figureColumns('p50', 'p95', 'Objective', 'p99', 'Objective'),
      ['Slowest', 'right', { in: ['page'] }],
      ['Met', 'left'],
    ],
    rows: [...rows, ...sums],
  };
}
