import { html } from 'hono/html';
import type { Figures, RunEvidence } from '../../document/index.ts';
import { formatCount, formatMs, formatSeconds } from '../../document/index.ts';
import { axisStyle, type ChartOption, figure, type Size } from '../../render/charts/index.ts';
import type { Html } from '../../render/html/index.ts';
import type { SecondOfRun } from '../../schema/index.ts';
import { type Stretch, warmUpStretches } from './timeline-spans.ts';

type Position = { xAxis: number };
type Line = { name: string; colour: string; value: (second: SecondOfRun) => number; keepPeaks?: boolean };
type Panel = { title: string; lines: Line[] };

const HEIGHT_PX = 462;
const TOP_PX = 34;
const PANEL_PX = 102;
const PITCH_PX = 150;

const users: Panel = {
  title: 'Virtual users',
  lines: [{ name: '', colour: 'var(--accent)', value: ({ virtualUsers }) => virtualUsers }],
};
const answers: Line = { name: '', colour: 'var(--accent)', value: ({ requests }) => requests };
const failed: Line = {
  name: 'failed',
  colour: 'var(--bad)',
  value: ({ failures }) => failures,
  keepPeaks: true,
};
const latency: Panel = {
  title: 'Latency of each second, ms',
  lines: [
    { name: 'p95', colour: 'var(--accent)', value: ({ p95Ms }) => p95Ms, keepPeaks: true },
    { name: 'p50', colour: 'var(--second)', value: ({ p50Ms }) => p50Ms },
  ],
};

/** Virtual users, requests per second and latency, on one time axis. */
export function timelineFigure({ timeline, load }: Figures, { scenario }: RunEvidence): Html {
  const requests: Panel = {
    title: 'Requests per second',
    lines: load.failures > 0 ? [answers, failed] : [answers],
  };
  const warmUps = warmUpStretches(scenario.phases);
  const worst = timeline.reduce((slowest, { p95Ms }) => Math.max(slowest, p95Ms), 0);
  return figure({
    id: 'timeline',
    label: `Over ${formatSeconds(timeline.length)}: up to ${formatCount(load.peakVirtualUsers)} virtual users, ${formatCount(load.requestsPerSecond)} requests per second where it counts, slowest second's p95 ${formatMs(worst)}. The same figures are in the table below.`,
    heightPx: HEIGHT_PX,
    caption: html`Seconds since the start.${warmUps.length > 0 && ' Shaded: phases that count for verification only.'}`,
    draw: (size) => option([users, requests, latency], timeline, warmUps, size),
  });
}

function option(
  panels: Panel[],
  timeline: SecondOfRun[],
  warmUps: readonly Stretch[],
  size: Size,
): ChartOption {
  const right = size === 'wide' ? 40 : 34;
  return {
    title: panels.map(({ title }, index) => ({
      text: title,
      left: 0,
      top: index * PITCH_PX,
      padding: 0,
      textStyle: { color: 'var(--ink)', fontSize: 13, fontWeight: 600 },
    })),
    grid: panels.map((_, index) => ({
      left: 48,
      right,
      top: TOP_PX + index * PITCH_PX,
      height: PANEL_PX,
      outerBoundsMode: 'none' as const,
    })),
    xAxis: panels.map((_, index) => ({
      ...axisStyle,
      type: 'value' as const,
      gridIndex: index,
      max: timeline.length,
      splitLine: { show: false },
      splitNumber: size === 'wide' ? 8 : 4,
      axisLabel: {
        ...axisStyle.axisLabel,
        show: index === panels.length - 1,
        formatter: '{value} s',
        hideOverlap: true,
      },
    })),
    yAxis: panels.map((_, index) => ({
      ...axisStyle,
      type: 'value' as const,
      gridIndex: index,
      splitNumber: 2,
      axisLine: { show: false },
      axisLabel: { ...axisStyle.axisLabel, formatter: (value: number) => formatCount(value) },
    })),
    series: panels.flatMap(({ lines }, index) =>
      lines.map((line, order) => series(line, index, timeline, order === 0 ? warmUps : [])),
    ),
  };
}

/** A second without a request has no latency: the line breaks there instead of falling to zero. */
function series(
  { name, colour, value, keepPeaks }: Line,
  panel: number,
  timeline: SecondOfRun[],
  warmUps: readonly Stretch[],
) {
  return {
    type: 'line' as const,
    silent: true,
    xAxisIndex: panel,
    yAxisIndex: panel,
    symbol: 'none',
    // A long run has more seconds than pixels; thinning a latency must never lose its spikes.
    sampling: keepPeaks ? ('max' as const) : ('lttb' as const),
    lineStyle: { color: colour, width: 1.6 },
    endLabel: { show: name !== '', formatter: name, color: colour, fontSize: 12, distance: 5 },
    data: timeline.map((second) => [second.second, second.requests > 0 || panel < 2 ? value(second) : null]),
    markArea: {
      silent: true,
      itemStyle: { color: 'var(--panel)' },
      data: warmUps.map(({ from, to }) => [{ xAxis: from }, { xAxis: to }] as [Position, Position]),
    },
  };
}
