import type { BarSeriesOption, CustomSeriesOption, LineSeriesOption } from 'echarts/charts';
import type {
  GridComponentOption,
  MarkAreaComponentOption,
  MarkLineComponentOption,
  TitleComponentOption,
} from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { formatCount, formatPercent, formatQuantity, type Scale } from '../../../document/index.ts';

export type Option = ComposeOption<
  | BarSeriesOption
  | LineSeriesOption
  | CustomSeriesOption
  | GridComponentOption
  | MarkAreaComponentOption
  | MarkLineComponentOption
  | TitleComponentOption
>;

/** The same chart is drawn twice, because a picture for a wide screen is unreadable on a telephone. */
export type Size = 'wide' | 'narrow';
/** What is written below the last picture. */
export const AXIS_PX = 30;

export const css = (colour: string): string => `var(--${colour})`;

/** Text and lines take the page's CSS variables. */
export const axisStyle = {
  axisLine: { lineStyle: { color: css('line') } },
  axisTick: { show: false },
  axisLabel: { color: css('quiet'), fontSize: 12, hideOverlap: true },
  splitLine: { lineStyle: { color: css('faint') } },
} as const;

export const FORMAT: Readonly<Record<Scale, (value: number) => string>> = {
  count: formatCount,
  quantity: (value) => formatQuantity(value, ''),
  seconds: (value) => `${value} s`,
  percentile: (value) => (value === 1 ? '0 %' : formatPercent(100 * (1 - 1 / value))),
  instant: (ms) => new Date(ms).toISOString().slice(5, 16).replace('T', ' '),
};
