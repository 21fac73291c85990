import { html } from 'hono/html';
import { formatMs, formatPercent, formatQuantity } from '../../document/index.ts';
import { axisStyle, type ChartOption, figure } from '../../render/charts/index.ts';
import type { Html } from '../../render/html/index.ts';
import type { ComparisonResult, Treatment } from '../../schema/index.ts';
import { decodeLatency } from '../../statistics/index.ts';
import { treatmentName } from '../statements.ts';
import { treatmentColour, treatmentDash, treatmentLegend } from './treatment-style.ts';

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
export function distributionFigure({ treatments }: ComparisonResult): Html {
  const spoken = treatments.map(
    (treatment) =>
      `${treatmentName(treatment)}: p50 ${formatMs(treatment.latency.p50Ms)}, p99 ${formatMs(treatment.latency.p99Ms)}`,
  );
  return figure({
    id: 'distribution',
    label: `Latency by percentile. ${spoken.join('; ')}.`,
    heightPx: HEIGHT_PX,
    caption: html`${treatmentLegend(treatments)} Milliseconds by percentile; both axes are logarithmic.`,
    draw: () => option(treatments),
  });
}

const option = (treatments: readonly Treatment[]): ChartOption => ({
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
  series: treatments.map((treatment, index) => ({
    type: 'line',
    silent: true,
    symbol: 'none',
    lineStyle: { color: treatmentColour(index), width: 2, type: treatmentDash(index) },
    data: curveOf(treatment),
  })),
});

/** Up to where the histogram has a request beyond the percentile. */
function curveOf({ latency }: Treatment): [number, number][] {
  const histogram = decodeLatency(latency);
  const last = Math.min(MOST, latency.count);
  const steps = Math.floor(STEPS_PER_DECADE * Math.log10(Math.max(1, last)));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const at = 10 ** (step / STEPS_PER_DECADE);
    return [at, Math.max(LEAST_MS, histogram.getValueAtPercentile(100 * (1 - 1 / at)) / 1000)];
  });
}
