import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { html, raw } from 'hono/html';
import type { Chart } from '../../../document/index.ts';
import { css, type Option, type Size } from './axes.ts';
import { linesDrawing } from './lines.ts';
import { barsDrawing, rangesDrawing } from './rows.ts';

/** Escaped markup; only who renders a page awaits it, the parts just nest. */
export type Html = ReturnType<typeof html>;

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

const WIDTH_PX: Readonly<Record<Size, number>> = { wide: 920, narrow: 380 };

/** A figure with the chart in both sizes. */
export function figure({ id, label, caption, legend = [], picture }: Chart): Html {
  const drawn = (size: Size) =>
    html`<div class="${size}" role="img" aria-label="${label}">${raw(drawSvg(`${id}-${size}`, size, picture))}</div>`;
  const keys = legend.map(
    ({ name, colour, dash }) =>
      html`<span class="together">${
        dash
          ? html`<span class="stroke" style="border-top: 3px ${dash} ${css(colour)}"></span>`
          : html`<span class="swatch" style="background: ${css(colour)}"></span>`
      }${name}</span> `,
  );
  return html`<figure>${drawn('wide')}${drawn('narrow')}<figcaption>${keys.length > 0 && html`<span class="legend">${keys}</span> `}${caption}</figcaption></figure>`;
}

/** Without echarts' marks for a mouse, which a picture does not have, and with ids that a page can hold twice. */
function drawSvg(id: string, size: Size, picture: Chart['picture']): string {
  const [option, height] = drawingOf(picture, size);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH_PX[size], height });
  chart.setOption({
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: 'inherit', color: css('quiet') },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg
    .replaceAll(/<style.*?<\/style>| class="zr[^"]*"| ecmeta_\w+="[^"]*"/gs, '')
    .replaceAll(/\bzr\d+-c/g, `${id}-c`);
}

function drawingOf(picture: Chart['picture'], size: Size): [option: Option, heightPx: number] {
  switch (picture.type) {
    case 'lines':
      return linesDrawing(picture, size);
    case 'bars':
      return barsDrawing(picture, size);
    case 'ranges':
      return rangesDrawing(picture, size);
  }
}
