import { html } from 'hono/html';
import { formatCount, formatInstant, formatMs } from '../document/index.ts';
import { axisStyle, type ChartOption, figure, type Size } from '../render/charts/index.ts';
import type { Html } from '../render/html/index.ts';
import type { Outcome } from '../schema/index.ts';
import type { Entry } from './entry.ts';

const TITLE_PX = 30;
const PANEL_PX = 102;
const GAP_PX = 48;
const FOOT_PX = 30;

/** The shape says the verdict, so that colour never carries it alone. */
const SYMBOL: Readonly<Record<Outcome, string>> = {
  PASS: 'circle',
  FAIL: 'triangle',
  INCONCLUSIVE: 'rect',
  VOID: 'diamond',
};

/** p95 above and requests per second below, over one axis of time; a run without a figure is a mark on the axis. */
export function trendFigure(id: string, runs: readonly Entry[]): Html {
  const spoken = runs.map(
    ({ startedAt, outcome, figures }) =>
      `${formatInstant(startedAt)} ${outcome}${figures ? ` ${formatMs(figures.p95Ms)}` : ''}`,
  );
  return figure({
    id,
    label: `p95 and requests per second over time: ${spoken.join('; ')}. The same is in the table below.`,
    heightPx: TITLE_PX + 2 * PANEL_PX + GAP_PX + FOOT_PX,
    caption: html`Circle: PASS; triangle: FAIL; square: INCONCLUSIVE; a diamond on the axis: VOID, which has no figure. Times are UTC.`,
    draw: (size) => option(runs, size),
  });
}

const PANELS = [
  { name: 'p95, ms', value: 'p95Ms', colour: 'var(--accent)' },
  { name: 'Requests/s', value: 'requestsPerSecond', colour: 'var(--part-2)' },
] as const;

function option(runs: readonly Entry[], size: Size): ChartOption {
  const topPx = (panel: number): number => TITLE_PX + panel * (PANEL_PX + GAP_PX);
  return {
    useUTC: true,
    title: PANELS.map(({ name }, panel) => ({
      text: name,
      left: 0,
      top: topPx(panel) - TITLE_PX,
      padding: 0,
      textStyle: { color: 'var(--ink)', fontSize: 13, fontWeight: 600 },
    })),
    grid: PANELS.map((_, panel) => ({
      left: 56,
      right: 48,
      top: topPx(panel),
      height: PANEL_PX,
      outerBoundsMode: 'none' as const,
    })),
    xAxis: PANELS.map((_, panel) => timeAxis(runs, size, panel)),
    yAxis: PANELS.map((_, panel) => ({
      ...axisStyle,
      type: 'value' as const,
      gridIndex: panel,
      min: 0,
      splitNumber: 2,
      axisLine: { show: false },
      axisLabel: { ...axisStyle.axisLabel, formatter: (value: number) => formatCount(value) },
    })),
    series: PANELS.flatMap((_, panel) => [measured(runs, panel), withoutFigure(runs, panel)]),
  };
}

function timeAxis(runs: readonly Entry[], size: Size, panel: number) {
  const times = runs.map(({ startedAt }) => Date.parse(startedAt));
  return {
    ...axisStyle,
    type: 'time' as const,
    gridIndex: panel,
    min: Math.min(...times),
    max: Math.max(...times),
    splitNumber: size === 'wide' ? 5 : 2,
    splitLine: { show: false },
    axisLabel: {
      ...axisStyle.axisLabel,
      // echarts writes the font of a time axis as one shorthand, in which `inherit` is no family (CSS Fonts 4, section 2.7).
      fontFamily: 'system-ui, sans-serif',
      show: panel === PANELS.length - 1,
      formatter: (ms: number) => new Date(ms).toISOString().slice(5, 16).replace('T', ' '),
      hideOverlap: true,
    },
  };
}

/** The line breaks at a run without a figure. */
function measured(runs: readonly Entry[], panel: number) {
  const { value, colour } = PANELS[panel] ?? PANELS[0];
  return {
    ...lineOf(panel),
    lineStyle: { color: colour, width: 1.6 },
    data: runs.map(({ startedAt, outcome, figures }) => ({
      value: [startedAt, figures?.[value] ?? null],
      symbol: SYMBOL[outcome],
      itemStyle: { color: outcome === 'PASS' ? colour : 'var(--bad)' },
    })),
  };
}

function withoutFigure(runs: readonly Entry[], panel: number) {
  return {
    ...lineOf(panel),
    lineStyle: { color: 'var(--void)', width: 0 },
    data: runs
      .filter(({ figures }) => figures === undefined)
      .map(({ startedAt, outcome }) => ({
        value: [startedAt, 0],
        symbol: SYMBOL[outcome],
        itemStyle: { color: 'var(--void)' },
      })),
  };
}

const lineOf = (panel: number) => ({
  type: 'line' as const,
  silent: true,
  clip: false,
  xAxisIndex: panel,
  yAxisIndex: panel,
  symbolSize: 9,
});
