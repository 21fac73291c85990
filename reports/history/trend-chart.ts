import { formatInstant, formatMs, type Line, type ReportBlock } from '../document/index.ts';
import type { Outcome } from '../schema/index.ts';
import type { Entry } from './entry.ts';

/** The shape says the verdict, so that colour never carries it alone. */
const MARK = {
  PASS: 'circle',
  FAIL: 'triangle',
  INCONCLUSIVE: 'rect',
  VOID: 'diamond',
} as const satisfies Readonly<Record<Outcome, string>>;
const PANELS = [
  { title: 'p95, ms', figure: 'p95Ms', colour: 'accent' },
  { title: 'Requests/s', figure: 'requestsPerSecond', colour: 'part-2' },
] as const;

/** p95 above and requests per second below, over one axis of time; a run without a figure is a mark on the axis. */
export function trendChart(id: string, runs: readonly Entry[]): ReportBlock {
  const spoken = runs.map(
    ({ startedAt, outcome, figures }) =>
      `${formatInstant(startedAt)} ${outcome}${figures ? ` ${formatMs(figures.p95Ms)}` : ''}`,
  );
  const times = runs.map(({ startedAt }) => Date.parse(startedAt));
  return {
    kind: 'chart',
    id,
    label: `p95 and requests per second over time: ${spoken.join('; ')}. The same is in the table below.`,
    caption:
      'Circle: PASS; triangle: FAIL; square: INCONCLUSIVE; a diamond on the axis: VOID, which has no figure. Times are UTC.',
    picture: {
      type: 'lines',
      x: { scale: 'instant', min: Math.min(...times), max: Math.max(...times) },
      panels: PANELS.map(({ title, figure, colour }) => ({
        title,
        heightPx: 102,
        scale: 'count',
        lines: [measured(runs, figure, colour), withoutFigure(runs)],
      })),
    },
  };
}

/** The line breaks at a run without a figure. */
const measured = (
  runs: readonly Entry[],
  figure: (typeof PANELS)[number]['figure'],
  colour: Line['colour'],
): Line => ({
  colour,
  points: runs.map(({ startedAt, outcome, figures }) => ({
    x: Date.parse(startedAt),
    y: figures?.[figure] ?? null,
    mark: MARK[outcome],
    colour: outcome === 'PASS' ? colour : 'bad',
  })),
});

const withoutFigure = (runs: readonly Entry[]): Line => ({
  colour: 'void',
  stroke: 'none',
  points: runs
    .filter(({ figures }) => figures === undefined)
    .map(({ startedAt, outcome }) => ({ x: Date.parse(startedAt), y: 0, mark: MARK[outcome] })),
});
