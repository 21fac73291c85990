import type { BarSeriesOption, CustomSeriesOption } from 'echarts/charts';
import {
  type BarChart,
  formatPercent,
  LEAST_MS,
  partColour,
  type RangeChart,
} from '../../../document/index.ts';
import { AXIS_PX, axisStyle, css, FORMAT, type Option, type Size } from './axes.ts';

const BAR_PX = 44;
const RANGE_PX = 34;
/** Below this share of a bar its figure does not fit into its part. */
const LABELLED_SHARE: Readonly<Record<Size, number>> = { wide: 0.06, narrow: 0.14 };

/** Names from the left edge of the picture, the first one on top. */
const nameAxis = (names: readonly string[], widthPx: number, overflow: 'truncate' | 'break') => ({
  ...axisStyle,
  type: 'category' as const,
  inverse: true,
  data: [...names],
  axisLine: { show: false },
  axisLabel: {
    color: css('ink'),
    fontSize: 13,
    align: 'left' as const,
    margin: widthPx,
    width: widthPx - 12,
    overflow,
    interval: 0,
  },
});

const rowGrid = (left: number) => ({
  left,
  right: 24,
  top: 0,
  bottom: AXIS_PX,
  outerBoundsMode: 'none' as const,
});

function barSeries({ rows }: BarChart, barWidth: number): BarSeriesOption[] {
  return (rows[0]?.values ?? []).map((_, part) => ({
    type: 'bar',
    stack: 'parts',
    silent: true,
    barWidth,
    itemStyle: { color: css(partColour(part)), borderColor: css('paper'), borderWidth: 1 },
    data: rows.map(({ values }) => values[part] ?? 0),
  }));
}

/** The shares of one whole, written into its parts. */
function oneBar(picture: BarChart, size: Size): Option {
  const shares = picture.rows[0]?.values ?? [];
  return {
    grid: { left: 0, right: 0, top: 0, bottom: 0, outerBoundsMode: 'none' },
    xAxis: { type: 'value', show: false, max: shares.reduce((sum, share) => sum + share, 0) },
    yAxis: { type: 'category', show: false, data: [''] },
    series: barSeries(picture, BAR_PX).map((each, part) => ({
      ...each,
      label: {
        show: (shares[part] ?? 0) >= LABELLED_SHARE[size],
        formatter: formatPercent((shares[part] ?? 0) * 100),
        color: css('paper'),
        fontSize: 13,
        fontWeight: 600,
      },
    })),
  };
}

/** A bar for each row; of a single one the shares stand in it, and there is no axis. */
export function barsDrawing(picture: BarChart, size: Size): [Option, number] {
  if (picture.rows.length === 1) return [oneBar(picture, size), BAR_PX];
  const labelPx = size === 'wide' ? 190 : 120;
  const names = picture.rows.map(({ name }) => name);
  const option: Option = {
    grid: rowGrid(labelPx),
    xAxis: {
      ...axisStyle,
      type: 'value',
      splitNumber: size === 'wide' ? 6 : 3,
      axisLabel: { ...axisStyle.axisLabel, formatter: FORMAT.quantity },
    },
    yAxis: nameAxis(names, labelPx, 'break'),
    series: barSeries(picture, BAR_PX - 20),
  };
  return [option, names.length * BAR_PX + AXIS_PX];
}

export function rangesDrawing({ rows }: RangeChart, size: Size): [Option, number] {
  const labelPx = size === 'wide' ? 160 : 112;
  const largest = Math.max(LEAST_MS, ...rows.map(({ thinTo, bound }) => Math.max(thinTo, bound)));
  const least = Math.max(LEAST_MS, Math.min(...rows.map(({ ring }) => ring)));
  const names = rows.map(({ name }) => name);
  const option: Option = {
    grid: rowGrid(labelPx),
    xAxis: {
      ...axisStyle,
      type: 'log',
      logBase: 2,
      min: 2 ** Math.floor(Math.log2(least)),
      max: 2 ** Math.ceil(Math.log2(largest)),
      axisLabel: { ...axisStyle.axisLabel, formatter: FORMAT.quantity },
    },
    yAxis: nameAxis(names, labelPx, 'truncate'),
    series: { type: 'custom', silent: true, data: rows.map((_, row) => row), renderItem: rangeOf(rows) },
  };
  return [option, rows.length * RANGE_PX + AXIS_PX];
}

function rangeOf(rows: RangeChart['rows']): NonNullable<CustomSeriesOption['renderItem']> {
  return ({ dataIndex }, api) => {
    const row = rows[dataIndex];
    if (row === undefined) return null;
    const at = (value: number) => api.coord([Math.max(LEAST_MS, value), dataIndex])[0] ?? 0;
    const y = api.coord([1, dataIndex])[1] ?? 0;
    const stroke = css(row.colour);
    const line = (x1: number, y1: number, x2: number, y2: number, lineWidth: number, colour = stroke) => ({
      type: 'line' as const,
      shape: { x1, y1, x2, y2 },
      style: { stroke: colour, lineWidth, fill: 'none' },
    });
    const ring = at(row.ring);
    const bound = at(row.bound);
    return {
      type: 'group',
      children: [
        line(ring, y, at(row.thinTo), y, 1.5),
        line(ring, y, at(row.thickTo), y, 7),
        line(bound, y - 11, bound, y + 11, 2, css('ink')),
        {
          type: 'circle',
          shape: { cx: ring, cy: y, r: 5 },
          style: { fill: css('paper'), stroke, lineWidth: 2 },
        },
      ],
    };
  };
}
