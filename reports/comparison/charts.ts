import { partName } from '../document/content/index.ts';
import type { ReportBlock } from '../document/index.ts';
import { dashOf, formatMs, LEAST_MS, partColour } from '../document/index.ts';
import type { ComparisonResult, Treatment } from '../schema/index.ts';
import { decodeLatency } from '../statistics/index.ts';
import { treatmentName } from './statements.ts';

/** The axis of percentiles ends at p99.9: 1 / (1 - 0.999). */
const MOST = 1_000;
const STEPS_PER_DECADE = 20;

const legendOf = (treatments: readonly Treatment[]) =>
  treatments.map((treatment, index) => ({
    name: treatmentName(treatment),
    colour: partColour(index),
    dash: dashOf(index),
  }));

/** p95 of every block in the order in which they were run: a drift shows in all treatments alike. */
export function blockChart({ treatments }: ComparisonResult): ReportBlock {
  const spoken = treatments.map(
    ({ name, blocks }) => `${name} ${blocks.map(({ latency }) => formatMs(latency.p95Ms)).join(', ')}`,
  );
  const orders = treatments.flatMap(({ blocks }) => blocks.map(({ order }) => order));
  const lines = treatments.map(({ blocks }, index) => ({
    colour: partColour(index),
    stroke: dashOf(index),
    points: blocks
      .toSorted((a, b) => a.order - b.order)
      .map(({ order, latency }) => ({ x: order, y: latency.p95Ms, mark: 'circle' as const })),
  }));
  return {
    kind: 'chart',
    id: 'blocks-over-time',
    label: `p95 of each block, in order: ${spoken.join('; ')}.`,
    caption: 'p95 of each block in milliseconds, in the order in which they were run.',
    legend: legendOf(treatments),
    picture: {
      type: 'lines',
      x: { scale: 'count', max: Math.max(...orders) + 1 },
      panels: [{ heightPx: 158, scale: 'quantity', lines }],
    },
  };
}

/**
 * Every percentile of each placement, over 1 / (1 - p) on a logarithmic axis, so that the tail has as much room as the
 * middle (Tene's HdrHistogram plots).
 */
export function distributionChart({ treatments }: ComparisonResult): ReportBlock {
  const spoken = treatments.map(
    (treatment) =>
      `${treatmentName(treatment)}: p50 ${formatMs(treatment.latency.p50Ms)}, p99 ${formatMs(treatment.latency.p99Ms)}`,
  );
  const lines = treatments.map((treatment, index) => ({
    colour: partColour(index),
    stroke: dashOf(index),
    points: curveOf(treatment),
  }));
  return {
    kind: 'chart',
    id: 'distribution',
    label: `Latency by percentile. ${spoken.join('; ')}.`,
    caption: 'Milliseconds by percentile; both axes are logarithmic.',
    legend: legendOf(treatments),
    picture: {
      type: 'lines',
      x: { scale: 'percentile', logarithmic: true, min: 1, max: MOST },
      panels: [{ heightPx: 258, scale: 'quantity', logarithmic: true, lines }],
    },
  };
}

/** Up to where the histogram has a request beyond the percentile. */
function curveOf({ latency }: Treatment): { x: number; y: number }[] {
  const histogram = decodeLatency(latency);
  const last = Math.min(MOST, latency.count);
  const steps = Math.floor(STEPS_PER_DECADE * Math.log10(Math.max(1, last)));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const x = 10 ** (step / STEPS_PER_DECADE);
    return { x, y: Math.max(LEAST_MS, histogram.getValueAtPercentile(100 * (1 - 1 / x)) / 1000) };
  });
}

/** The mean request of each placement, cut into where its time goes; a part has the same colour in all of them. */
export function partChart({ treatments }: ComparisonResult): ReportBlock[] {
  const parts = [...new Set(treatments.flatMap(({ serviceParts }) => serviceParts.map(partName)))];
  if (parts.length === 0) return [];
  const spoken = treatments.map(
    (treatment) =>
      `${treatment.name}: ${parts.map((part) => `${part} ${formatMs(meanMs(treatment, part))}`).join(', ')}`,
  );
  return [
    {
      kind: 'chart',
      id: 'parts',
      label: `Mean time of a request by part. ${spoken.join('; ')}.`,
      caption: 'Milliseconds of the mean request.',
      legend: parts.map((name, index) => ({ name, colour: partColour(index) })),
      picture: {
        type: 'bars',
        rows: treatments.map((treatment) => ({
          name: treatment.name,
          values: parts.map((part) => meanMs(treatment, part)),
        })),
      },
    },
  ];
}

const meanMs = ({ serviceParts, latency }: Treatment, part: string): number =>
  latency.meanMs *
  serviceParts.reduce((sum, each) => sum + (partName(each) === part ? each.shareOfTime : 0), 0);
