import { html } from 'hono/html';
import { partName, partsByShare } from '../../document/content/index.ts';
import type { Figures } from '../../document/index.ts';
import { formatPercent } from '../../document/index.ts';
import { type ChartOption, figure, type Size } from '../../render/charts/index.ts';
import type { Html } from '../../render/html/index.ts';
import type { ServicePart } from '../../schema/index.ts';

const HEIGHT_PX = 44;
/** As many as the style sheet has. */
const COLOURS = 6;
/** Below this share the figure does not fit into its segment. */
const LABELLED_SHARE: Readonly<Record<Size, number>> = { wide: 0.06, narrow: 0.14 };

/** One bar for all requests' time, cut into its parts, the largest first. */
export function serviceFigure(figures: Figures): Html {
  const parts = partsByShare(figures);
  const shares = parts.map((part) => `${partName(part)} ${formatPercent(part.shareOfTime * 100)}`);
  return figure({
    id: 'service',
    label: `Share of all requests' time: ${shares.join('; ')}. Percentiles of each part are in the table below.`,
    heightPx: HEIGHT_PX,
    caption: html`<span class="legend">${parts.map(
      (part, index) =>
        html`<span class="together"><span class="swatch" style="background: ${colour(index)}"></span>${partName(part)}</span> `,
    )}</span>`,
    draw: (size) => option(parts, size),
  });
}

const colour = (index: number): string => `var(--part-${(index % COLOURS) + 1})`;

function option(parts: readonly ServicePart[], size: Size): ChartOption {
  return {
    grid: { left: 0, right: 0, top: 0, bottom: 0, outerBoundsMode: 'none' },
    xAxis: { type: 'value', show: false, max: parts.reduce((sum, { shareOfTime }) => sum + shareOfTime, 0) },
    yAxis: { type: 'category', show: false, data: [''] },
    series: parts.map(({ shareOfTime }, index) => ({
      type: 'bar',
      stack: 'time',
      silent: true,
      barWidth: HEIGHT_PX,
      itemStyle: { color: colour(index), borderColor: 'var(--paper)', borderWidth: 1 },
      label: {
        show: shareOfTime >= LABELLED_SHARE[size],
        formatter: formatPercent(shareOfTime * 100),
        color: 'var(--paper)',
        fontSize: 13,
        fontWeight: 600,
      },
      data: [shareOfTime],
    })),
  };
}
