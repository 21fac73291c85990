import {
  type Figures,
  figureColumns,
  formatCount,
  formatMs,
  formatSeconds,
  type Line,
  type ReportBlock,
  type RunEvidence,
  type Section,
  type Table,
  table,
  wordColumns,
} from '../document/index.ts';
import type { SecondOfRun } from '../schema/index.ts';
import { phaseTable } from './load.ts';
import { timelineSpans, warmUpStretches } from './timeline-spans.ts';

const TABLE_ROWS = 30;
const PANEL_PX = 102;

export function overTime(figures: Figures, evidence: RunEvidence): Section {
  // A ladder's phases are its rungs and the climbs between: there the table only unfolds.
  const title = figures.knee ? { fold: 'All phases' } : { title: 'Phases' };
  return {
    id: 'over-time',
    title: 'Over time',
    folded: true,
    blocks: [
      timelineChart(figures, evidence),
      ...table(spanTable(figures), { fold: 'The same as a table', in: ['page'] }),
      ...table(phaseTable(figures), {
        ...title,
        explained: 'Only phases that count are measured; guarantees are checked in all of them.',
      }),
    ],
  };
}

/** Virtual users, requests per second and latency, on one time axis. */
function timelineChart({ timeline, load }: Figures, { scenario }: RunEvidence): ReportBlock {
  const shaded = warmUpStretches(scenario.phases);
  const worst = timeline.reduce((slowest, { p95Ms }) => Math.max(slowest, p95Ms), 0);
  const line = (
    colour: Line['colour'],
    value: (second: SecondOfRun) => number | null,
    more: Partial<Line> = {},
  ) => ({
    colour,
    points: timeline.map((second) => ({ x: second.second, y: value(second) })),
    thinned: 'shape' as const,
    ...more,
  });
  // A second without a request has no latency: the line breaks there instead of falling to zero.
  const latency = (figure: 'p50Ms' | 'p95Ms') => (second: SecondOfRun) =>
    second.requests > 0 ? second[figure] : null;
  // A long run has more seconds than pixels; thinning must lose no spike and no failure.
  const panels = [
    { title: 'Virtual users', lines: [line('accent', ({ virtualUsers }) => virtualUsers)] },
    {
      title: 'Requests per second',
      lines: [
        line('accent', ({ requests }) => requests),
        ...(load.failures > 0
          ? [line('bad', ({ failures }) => failures, { name: 'failed', thinned: 'peaks' })]
          : []),
      ],
    },
    {
      title: 'Latency of each second, ms',
      lines: [
        line('accent', latency('p95Ms'), { name: 'p95', thinned: 'peaks' }),
        line('second', latency('p50Ms'), { name: 'p50' }),
      ],
    },
  ];
  return {
    kind: 'chart',
    id: 'timeline',
    label: `Over ${formatSeconds(timeline.length)}: up to ${formatCount(load.peakVirtualUsers)} virtual users, ${formatCount(load.requestsPerSecond)} requests per second where it counts, slowest second's p95 ${formatMs(worst)}. The same figures are in the table below.`,
    caption: `Seconds since the start.${shaded.length > 0 ? ' Shaded: phases that count for verification only.' : ''}`,
    picture: {
      type: 'lines',
      x: { scale: 'seconds', max: timeline.length },
      panels: panels.map((panel) => ({ ...panel, heightPx: PANEL_PX, scale: 'count' })),
      shaded,
    },
  };
}

const spanTable = ({ timeline }: Figures): Table => ({
  caption: 'Virtual users, requests and latency over time',
  columns: [
    ...wordColumns('Seconds'),
    ...figureColumns('Peak virtual users', 'Requests/s', 'Failed', "Slowest second's p95"),
  ],
  rows: timelineSpans(timeline, TABLE_ROWS).map(
    ({ from, to, peakVirtualUsers, requestsPerSecond, failures, worstP95Ms }) => [
      from === to ? String(from) : `${from}–${to}`,
      formatCount(peakVirtualUsers),
      formatCount(requestsPerSecond),
      formatCount(failures),
      formatMs(worstP95Ms),
    ],
  ),
});
