import {
  BarChart,
  type BarSeriesOption,
  CustomChart,
  type CustomSeriesOption,
  LineChart,
  type LineSeriesOption,
} from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  MarkAreaComponent,
  type MarkAreaComponentOption,
  MarkLineComponent,
  type MarkLineComponentOption,
  TitleComponent,
  type TitleComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { html, raw } from 'hono/html';
import type { Html } from '../html/index.ts';

use([
  BarChart,
  LineChart,
  CustomChart,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

export type ChartOption = ComposeOption<
  | BarSeriesOption
  | LineSeriesOption
  | CustomSeriesOption
  | GridComponentOption
  | MarkAreaComponentOption
  | MarkLineComponentOption
  | TitleComponentOption
>;

/** The same chart is drawn twice, because a picture made for a desk is unreadable on a telephone. */
export type Size = 'wide' | 'narrow';
const WIDTH_PX: Readonly<Record<Size, number>> = { wide: 920, narrow: 380 };

/** Text and lines take the page's CSS variables, so that one picture serves light, dark and print. */
export const axisStyle = {
  axisLine: { lineStyle: { color: 'var(--line)' } },
  axisTick: { show: false },
  axisLabel: { color: 'var(--quiet)', fontSize: 12 },
  splitLine: { lineStyle: { color: 'var(--faint)' } },
} as const;

/** An axis of names, the first one on top, written from the left edge of the picture. */
export const nameAxis = (
  names: readonly string[],
  widthPx: number,
  overflow: 'truncate' | 'break',
): NonNullable<ChartOption['yAxis']> => ({
  ...axisStyle,
  type: 'category',
  inverse: true,
  data: [...names],
  axisLine: { show: false },
  axisLabel: {
    color: 'var(--ink)',
    fontSize: 13,
    align: 'left',
    margin: widthPx,
    width: widthPx - 12,
    overflow,
    interval: 0,
  },
});

/**
 * A figure with the chart in both sizes.
 *
 * @param id unique on the page; names the SVG's inner ids, which echarts numbers by what it drew before.
 * @param label what a screen reader says in place of the picture.
 * @param heightPx of the picture; the width follows from the size.
 */
export function figure(options: {
  id: string;
  label: string;
  caption: Html;
  heightPx: number;
  draw: (size: Size) => ChartOption;
}): Html {
  const { id, label, caption, heightPx, draw } = options;
  const picture = (size: Size) =>
    html`<div class="${size}" role="img" aria-label="${label}">${raw(drawSvg(`${id}-${size}`, size, heightPx, draw(size)))}</div>`;
  return html`<figure>${picture('wide')}${picture('narrow')}<figcaption>${caption}</figcaption></figure>`;
}

/** Without echarts' marks for a mouse, which a picture does not have, and with ids that a page can hold twice. */
function drawSvg(id: string, size: Size, heightPx: number, option: ChartOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH_PX[size], height: heightPx });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'inherit', color: 'var(--quiet)' },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg
    .replaceAll(/<style.*?<\/style>| class="zr[^"]*"| ecmeta_\w+="[^"]*"/gs, '')
    .replaceAll(/\bzr\d+-c/g, `${id}-c`);
}
