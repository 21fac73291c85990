import { html } from 'hono/html';
import { formatMs, formatQuantity } from '../../document/index.ts';
import { axisStyle, type ChartOption, figure } from '../../render/charts/index.ts';
import type { Html } from '../../render/html/index.ts';
import type { Arm, ComparisonResult } from '../../schema/index.ts';
import { armColour, armDash, armLegend } from './arm-style.ts';

const HEIGHT_PX = 200;

/** p95 of every block in the order in which they were run: a drift shows in all arms alike. */
export function blockFigure({ arms }: ComparisonResult): Html {
  const spoken = arms.map(
    ({ name, blocks }) => `${name} ${blocks.map(({ latency }) => formatMs(latency.p95Ms)).join(', ')}`,
  );
  return figure({
    id: 'blocks-over-time',
    label: `p95 of each block, in order: ${spoken.join('; ')}.`,
    heightPx: HEIGHT_PX,
    caption: html`${armLegend(arms)} p95 of each block in milliseconds, in the order in which they were run.`,
    draw: () => option(arms),
  });
}

const option = (arms: readonly Arm[]): ChartOption => ({
  grid: { left: 56, right: 24, top: 12, bottom: 30, outerBoundsMode: 'none' },
  xAxis: {
    ...axisStyle,
    type: 'value',
    min: 0,
    max: Math.max(...arms.flatMap(({ blocks }) => blocks.map(({ order }) => order))) + 1,
    minInterval: 1,
    splitLine: { show: false },
  },
  yAxis: {
    ...axisStyle,
    type: 'value',
    min: 0,
    splitNumber: 3,
    axisLine: { show: false },
    axisLabel: { ...axisStyle.axisLabel, formatter: (ms: number) => formatQuantity(ms, '') },
  },
  series: arms.map(({ blocks }, index) => ({
    type: 'line',
    silent: true,
    symbol: 'circle',
    symbolSize: 7,
    itemStyle: { color: armColour(index) },
    lineStyle: { color: armColour(index), width: 1.5, type: armDash(index) },
    data: blocks.toSorted((a, b) => a.order - b.order).map(({ order, latency }) => [order, latency.p95Ms]),
  })),
});
