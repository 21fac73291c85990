import type { Line, LineChart } from '../../../document/index.ts';
import { AXIS_PX, axisStyle, css, FORMAT, type Option, type Size } from './axes.ts';

const TITLE_PX = 34;
const GAP_PX = 14;

/** Panels below each other, each with its lines. */
export function linesDrawing({ x, panels, shaded = [], upright }: LineChart, size: Size): [Option, number] {
  let bottomPx = 0;
  const tops = panels.map(({ title, heightPx }, index) => {
    const topPx = bottomPx + (index > 0 ? GAP_PX : 0) + (title ? TITLE_PX : 12);
    bottomPx = topPx + heightPx;
    return topPx;
  });
  const option: Option = {
    title: panels.map(({ title }, index) => ({
      text: title ?? '',
      left: 0,
      top: (tops[index] ?? 0) - TITLE_PX,
      padding: 0,
      textStyle: { color: css('ink'), fontSize: 13, fontWeight: 600 },
    })),
    grid: panels.map(({ heightPx }, index) => ({
      left: 56,
      right: size === 'wide' ? 40 : 34,
      top: tops[index] ?? 0,
      height: heightPx,
      outerBoundsMode: 'none' as const,
    })),
    xAxis: panels.map((_, index) => ({
      ...axisStyle,
      type: x.scale === 'instant' ? ('time' as const) : x.logarithmic ? ('log' as const) : ('value' as const),
      gridIndex: index,
      min: x.min ?? 0,
      max: x.max,
      ...(x.logarithmic ? {} : { splitLine: { show: false } }),
      ...(x.scale === 'count' && { minInterval: 1 }),
      splitNumber: x.scale === 'instant' ? { wide: 5, narrow: 2 }[size] : { wide: 8, narrow: 4 }[size],
      axisLabel: {
        ...axisStyle.axisLabel,
        show: index === panels.length - 1,
        formatter: FORMAT[x.scale],
        ...(x.scale === 'count' && { showMaxLabel: false }),
        // echarts writes the font of a time axis as one shorthand, in which `inherit` is no family (CSS Fonts 4, section 2.7).
        ...(x.scale === 'instant' && { fontFamily: 'system-ui, sans-serif' }),
      },
    })),
    yAxis: panels.map(({ scale, logarithmic, heightPx }, index) => ({
      ...axisStyle,
      ...(logarithmic
        ? { type: 'log' as const }
        : { type: 'value' as const, splitNumber: Math.round(heightPx / 50) }),
      gridIndex: index,
      axisLine: { show: false },
      axisLabel: { ...axisStyle.axisLabel, formatter: FORMAT[scale] },
    })),
    series: panels.flatMap(({ lines }, panel) =>
      lines.map((line, order) => ({
        ...lineOf(line),
        xAxisIndex: panel,
        yAxisIndex: panel,
        ...(order === 0 && {
          markArea: {
            silent: true,
            data: shaded.map(({ from, to, isStrong }): [Shade, Shade] => [
              { xAxis: from, itemStyle: { color: css(isStrong ? 'line' : 'panel') } },
              { xAxis: to },
            ]),
          },
          ...(upright !== undefined && {
            markLine: {
              silent: true,
              symbol: 'none',
              label: { show: false },
              lineStyle: { color: css('ink'), type: 'dashed' as const, width: 1.5 },
              data: [{ xAxis: upright }],
            },
          }),
        }),
      })),
    ),
  };
  return [option, bottomPx + AXIS_PX];
}

type Shade = { xAxis: number; itemStyle?: { color: string } };

function lineOf({ name = '', colour, stroke = 'solid', points, thinned }: Line) {
  return {
    type: 'line' as const,
    silent: true,
    clip: false,
    symbol: 'none',
    symbolSize: 9,
    ...(thinned && { sampling: thinned === 'peaks' ? ('max' as const) : ('lttb' as const) }),
    lineStyle: { color: css(colour), ...(stroke === 'none' ? { width: 0 } : { width: 1.6, type: stroke }) },
    endLabel: { show: name !== '', formatter: name, color: css(colour), fontSize: 12, distance: 5 },
    data: points.map(({ x, y, mark, colour: own = colour }) =>
      mark ? { value: [x, y], symbol: mark, itemStyle: { color: css(own) } } : [x, y],
    ),
  };
}
