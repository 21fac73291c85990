import { html } from 'hono/html';
import { sustainedStatement } from '../../document/content/index.ts';
import { formatCount, formatQuantity } from '../../document/index.ts';
import { axisStyle, type ChartOption, figure, type Size } from '../../render/charts/index.ts';
import type { Html } from '../../render/html/index.ts';
import type { Knee, Rung } from '../../schema/index.ts';

const HEIGHT_PX = 438;
const TOP_PX = 34;
const PANEL_PX = 150;
const PITCH_PX = 222;
const FIT_POINTS = 60;
/** The histogram's resolution, and the least that a logarithmic axis can show. */
const LEAST_MS = 0.001;

/** Throughput and p95 of every rung over its users, with the fitted law and the knee's bracket. */
export function kneeFigure(knee: Knee): Html {
  const [users, rate] = sustainedStatement(knee);
  const missed = knee.rungs.filter(({ withinObjectives }) => !withinObjectives).length;
  const lineOfFit = knee.scalability ? ' Thin line: the fitted law.' : '';
  return figure({
    id: 'knee',
    label: `Throughput and p95 over virtual users on ${knee.rungs.length} rungs, ${missed} of which missed an objective. Sustained: ${users}, ${rate}. The rungs are in the table below.`,
    heightPx: HEIGHT_PX,
    caption: html`Over virtual users. Each point is a rung; a diamond missed an objective.${lineOfFit} Dashed: the largest load sustained${knee.virtualUsersBracket && ', with its bracket shaded'}.`,
    draw: (size) => option(knee, size),
  });
}

function option(knee: Knee, size: Size): ChartOption {
  const panels = ['Requests per second', 'p95, ms (each line ten times the one below)'];
  const widest = Math.max(...knee.rungs.map(({ virtualUsers }) => virtualUsers));
  return {
    title: panels.map((text, index) => ({
      text,
      left: 0,
      top: index * PITCH_PX,
      padding: 0,
      textStyle: { color: 'var(--ink)', fontSize: 13, fontWeight: 600 },
    })),
    grid: panels.map((_, index) => ({
      left: 52,
      right: 24,
      top: TOP_PX + index * PITCH_PX,
      height: PANEL_PX,
      outerBoundsMode: 'none' as const,
    })),
    xAxis: panels.map((_, index) => ({
      ...axisStyle,
      type: 'value' as const,
      gridIndex: index,
      min: 0,
      max: Math.max(widest, knee.virtualUsersBracket?.high ?? 0) * 1.03,
      splitLine: { show: false },
      splitNumber: size === 'wide' ? 8 : 4,
      axisLabel: {
        ...axisStyle.axisLabel,
        showMaxLabel: false,
        hideOverlap: true,
        formatter: (users: number) => formatCount(users),
      },
    })),
    yAxis: panels.map((_, index) => ({
      ...axisStyle,
      ...(index === 0 ? { type: 'value' as const, splitNumber: 3 } : { type: 'log' as const }),
      gridIndex: index,
      axisLine: { show: false },
      axisLabel: { ...axisStyle.axisLabel, formatter: (value: number) => formatQuantity(value, '') },
    })),
    series: [
      rungs(knee, 0, widest, ({ requestsPerSecond }) => requestsPerSecond),
      rungs(knee, 1, widest, ({ p95Ms }) => Math.max(LEAST_MS, p95Ms)),
      fitted(knee, widest),
    ],
  };
}

function rungs(knee: Knee, panel: number, widest: number, value: (rung: Rung) => number) {
  const { virtualUsers, virtualUsersBracket } = knee;
  return {
    type: 'line' as const,
    silent: true,
    xAxisIndex: panel,
    yAxisIndex: panel,
    symbolSize: 9,
    lineStyle: { color: 'var(--accent)', width: panel === 0 ? 0 : 1.6 },
    data: knee.rungs.map((rung) => ({
      value: [rung.virtualUsers, value(rung)],
      symbol: rung.withinObjectives ? 'circle' : 'diamond',
      itemStyle: { color: rung.withinObjectives ? 'var(--accent)' : 'var(--bad)' },
    })),
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: 'var(--ink)', type: 'dashed' as const, width: 1.5 },
      data: [{ xAxis: virtualUsers }],
    },
    ...(virtualUsersBracket && {
      markArea: {
        silent: true,
        itemStyle: { color: 'var(--line)' },
        data: [
          [{ xAxis: virtualUsersBracket.low }, { xAxis: virtualUsersBracket.high ?? widest }] as [
            { xAxis: number },
            { xAxis: number },
          ],
        ],
      },
    }),
  };
}

/** Without a fit there is no line: the series stays empty. */
function fitted({ scalability }: Knee, widest: number) {
  const users = scalability
    ? Array.from({ length: FIT_POINTS + 1 }, (_, step) => 1 + ((widest - 1) * step) / FIT_POINTS)
    : [];
  const throughput = (n: number) => {
    const { lambda = 0, sigma = 0, kappa = 0 } = scalability ?? {};
    return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
  };
  return {
    type: 'line' as const,
    silent: true,
    symbol: 'none',
    lineStyle: { color: 'var(--second)', width: 1.6 },
    data: users.map((n) => [n, throughput(n)]),
  };
}
