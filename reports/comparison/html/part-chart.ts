import { html } from 'hono/html';
import { partName } from '../../document/content/index.ts';
import { formatMs, formatQuantity } from '../../document/index.ts';
import { axisStyle, type ChartOption, figure, nameAxis, type Size } from '../../render/charts/index.ts';
import type { Html } from '../../render/html/index.ts';
import type { ComparisonResult, Treatment } from '../../schema/index.ts';

const ROW_PX = 44;
const AXIS_PX = 30;
/** As many as the style sheet has. */
const COLOURS = 6;

/** The mean request of each placement, cut into where its time goes; a part has the same colour in all of them. */
export function partFigure({ treatments }: ComparisonResult): Html | '' {
  const parts = [...new Set(treatments.flatMap(({ serviceParts }) => serviceParts.map(partName)))];
  if (parts.length === 0) return '';
  const spoken = treatments.map(
    (treatment) =>
      `${treatment.name}: ${parts.map((part) => `${part} ${formatMs(meanMs(treatment, part))}`).join(', ')}`,
  );
  return figure({
    id: 'parts',
    label: `Mean time of a request by part. ${spoken.join('; ')}.`,
    heightPx: treatments.length * ROW_PX + AXIS_PX,
    caption: html`<span class="legend">${parts.map(
      (part, index) =>
        html`<span class="together"><span class="swatch" style="background: ${colour(index)}"></span>${part}</span> `,
    )}</span> Milliseconds of the mean request.`,
    draw: (size) => option(treatments, parts, size),
  });
}

const colour = (index: number): string => `var(--part-${(index % COLOURS) + 1})`;

const meanMs = ({ serviceParts, latency }: Treatment, part: string): number =>
  latency.meanMs *
  serviceParts.reduce((sum, each) => sum + (partName(each) === part ? each.shareOfTime : 0), 0);

function option(treatments: readonly Treatment[], parts: readonly string[], size: Size): ChartOption {
  const labelPx = size === 'wide' ? 190 : 120;
  return {
    grid: { left: labelPx, right: 24, top: 0, bottom: AXIS_PX, outerBoundsMode: 'none' },
    xAxis: {
      ...axisStyle,
      type: 'value',
      splitNumber: size === 'wide' ? 6 : 3,
      axisLabel: { ...axisStyle.axisLabel, formatter: (ms: number) => formatQuantity(ms, '') },
    },
    yAxis: nameAxis(
      treatments.map(({ name }) => name),
      labelPx,
      'break',
    ),
    series: parts.map((part, index) => ({
      type: 'bar',
      stack: 'time',
      silent: true,
      barWidth: ROW_PX - 20,
      itemStyle: { color: colour(index), borderColor: 'var(--paper)', borderWidth: 1 },
      data: treatments.map((treatment) => meanMs(treatment, part)),
    })),
  };
}
