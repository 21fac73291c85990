import { html } from 'hono/html';
import { formatMs, formatPercent, formatQuantity } from '../../document/index.ts';
import { axisStyle, type ChartOption, figure } from '../../render/charts/index.ts';
import type { Html } from '../../render/html/index.ts';
import type { Arm, ComparisonResult } from '../../schema/index.ts';
import { decodeLatency } from '../../statistics/index.ts';
import { armName } from '../statements.ts';
import { armColour, armDash, armLegend } from './arm-style.ts';

const HEIGHT_PX = 300;
/** The axis ends at p99.9: 1 / (1 - 0.999). */
const MOST = 1_000;
const STEPS_PER_DECADE = 20;
/** The histogram's resolution, and the least that a logarithmic axis can show. */
const LEAST_MS = 0.001;

/**
 * Every percentile of each placement, over 1 / (1 - p) on a logarithmic axis, so that the tail has as much room as the
 * middle (Tene's HdrHistogram plots).
 */
export function distributionFigure({ arms }: ComparisonResult): Html {
  const spoken = arms.map(
    (arm) => `${armName(arm)}: p50 ${formatMs(arm.latency.p50Ms)}, p99 ${formatMs(arm.latency.p99Ms)}`,
  );
  return figure({
    id: 'distribution',
    label: `Latency by percentile. ${spoken.join('; ')}.`,
    heightPx: HEIGHT_PX,
    caption: html`${armLegend(arms)} Milliseconds by percentile; both axes are logarithmic.`,
    draw: () => option(arms),
  });
}

const option = (arms: readonly Arm[]): ChartOption => ({
  grid: { left: 56, right: 24, top: 12, bottom: 30, outerBoundsMode: 'none' },
  xAxis: {
    ...axisStyle,
    type: 'log',
    min: 1,
    max: MOST,
    axisLabel: {
      ...axisStyle.axisLabel,
      formatter: (value: number) => (value === 1 ? '0 %' : formatPercent(100 * (1 - 1 / value))),
      hideOverlap: true,
    },
  },
  yAxis: {
    ...axisStyle,
    type: 'log',
    axisLabel: { ...axisStyle.axisLabel, formatter: (ms: number) => formatQuantity(ms, '') },
  },
  series: arms.map((arm, index) => ({
    type: 'line',
    silent: true,
    symbol: 'none',
    lineStyle: { color: armColour(index), width: 2, type: armDash(index) },
    data: curveOf(arm),
  })),
});

/** Up to where the histogram has a request beyond the percentile. */
function curveOf({ latency }: Arm): [number, number][] {
  const histogram = decodeLatency(latency);
  const last = Math.min(MOST, latency.count);
  const steps = Math.floor(STEPS_PER_DECADE * Math.log10(Math.max(1, last)));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const at = 10 ** (step / STEPS_PER_DECADE);
    return [at, Math.max(LEAST_MS, histogram.getValueAtPercentile(100 * (1 - 1 / at)) / 1000)];
  });
}
