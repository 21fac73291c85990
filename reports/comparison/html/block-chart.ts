import { html } from 'hono/html';
import { formatMs, formatQuantity } from '../../document/index.ts';
import { axisStyle, type ChartOption, figure } from '../../render/charts/index.ts';
import type { Html } from '../../render/html/index.ts';
import type { ComparisonResult, Treatment } from '../../schema/index.ts';
import { treatmentColour, treatmentDash, treatmentLegend } from './treatment-style.ts';

const HEIGHT_PX = 200;

/** p95 of every block in the order in which they were run: a drift shows in all treatments alike. */
export function blockFigure({ treatments }: ComparisonResult): Html {
  const spoken = treatments.map(
    ({ name, blocks }) => `${name} ${blocks.map(({ latency }) => formatMs(latency.p95Ms)).join(', ')}`,
  );
  return figure({
    id: 'blocks-over-time',
    label: `p95 of each block, in order: ${spoken.join('; ')}.`,
    heightPx: HEIGHT_PX,
    caption: html`${treatmentLegend(treatments)} p95 of each block in milliseconds, in the order in which they were run.`,
    draw: () => option(treatments),
  });
}

const option = (treatments: readonly Treatment[]): ChartOption => ({
  grid: { left: 56, right: 24, top: 12, bottom: 30, outerBoundsMode: 'none' },
  xAxis: {
    ...axisStyle,
    type: 'value',
    min: 0,
    max: Math.max(...treatments.flatMap(({ blocks }) => blocks.map(({ order }) => order))) + 1,
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
  series: treatments.map(({ blocks }, index) => ({
    type: 'line',
    silent: true,
    symbol: 'circle',
    symbolSize: 7,
    itemStyle: { color: treatmentColour(index) },
    lineStyle: { color: treatmentColour(index), width: 1.5, type: treatmentDash(index) },
    data: blocks.toSorted((a, b) => a.order - b.order).map(({ order, latency }) => [order, latency.p95Ms]),
  })),
});
