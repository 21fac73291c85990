import type { CustomSeriesOption } from 'echarts/charts';
import { html } from 'hono/html';
import { type Figures, formatMs, formatQuantity, objectiveState } from '../../document/index.ts';
import { axisStyle, type ChartOption, figure, nameAxis, type Size } from '../../render/charts/index.ts';
import type { Html } from '../../render/html/index.ts';
import type { OperationResult } from '../../schema/index.ts';

const ROW_PX = 34;
const AXIS_PX = 30;
/** The histogram's resolution, and the least that a logarithmic axis can show. */
const LEAST_MS = 0.001;

/** p50, p95 and p99 of every operation that was called, against its objective, on a logarithmic axis. */
export function latencyFigure({ operations }: Figures): Html {
  const called = operations.filter(({ latency }) => latency.count > 0);
  const missed = called.filter((operation) => objectiveState(operation) === 'missed');
  const spoken = called.map(({ name, latency }) => `${name} ${formatMs(latency.p95Ms)}`).join(', ');
  return figure({
    id: 'latency',
    label: `p95 by operation: ${spoken}. ${missed.length} of ${called.length} missed their objective. All percentiles are in the table below.`,
    heightPx: called.length * ROW_PX + AXIS_PX,
    caption: html`Milliseconds; each step doubles. The ring is p50, the thick bar ends at p95, the thin line at p99; the upright stroke is the objective for p95.`,
    draw: (size) => option(called, size),
  });
}

function option(operations: OperationResult[], size: Size): ChartOption {
  const labelPx = size === 'wide' ? 160 : 112;
  const slowest = Math.max(
    ...operations.map(({ latency, objectiveP95Ms }) => Math.max(latency.p99Ms, objectiveP95Ms)),
  );
  const fastest = Math.min(...operations.map(({ latency }) => latency.p50Ms));
  return {
    grid: { left: labelPx, right: 24, top: 0, bottom: AXIS_PX, outerBoundsMode: 'none' },
    xAxis: {
      ...axisStyle,
      type: 'log',
      logBase: 2,
      min: 2 ** Math.floor(Math.log2(Math.max(LEAST_MS, fastest))),
      max: 2 ** Math.ceil(Math.log2(slowest)),
      axisLabel: {
        ...axisStyle.axisLabel,
        formatter: (ms: number) => formatQuantity(ms, ''),
        hideOverlap: true,
      },
    },
    yAxis: nameAxis(
      operations.map(({ name }) => name),
      labelPx,
      'truncate',
    ),
    series: {
      type: 'custom',
      silent: true,
      data: operations.map((_, row) => row),
      renderItem: range(operations),
    },
  };
}

function range(operations: OperationResult[]): NonNullable<CustomSeriesOption['renderItem']> {
  return ({ dataIndex }, api) => {
    const operation = operations[dataIndex];
    if (operation === undefined) return null;
    const { latency, objectiveP95Ms } = operation;
    const at = (ms: number) => api.coord([Math.max(LEAST_MS, ms), dataIndex])[0] ?? 0;
    const y = api.coord([1, dataIndex])[1] ?? 0;
    const colour = objectiveState(operation) === 'missed' ? 'var(--bad)' : 'var(--accent)';
    const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, lineWidth: number) => ({
      type: 'line' as const,
      shape: { x1, y1, x2, y2 },
      style: { stroke, lineWidth, fill: 'none' },
    });
    const p50 = at(latency.p50Ms);
    const objective = at(objectiveP95Ms);
    return {
      type: 'group',
      children: [
        line(p50, y, at(latency.p99Ms), y, colour, 1.5),
        line(p50, y, at(latency.p95Ms), y, colour, 7),
        line(objective, y - 11, objective, y + 11, 'var(--ink)', 2),
        {
          type: 'circle',
          shape: { cx: p50, cy: y, r: 5 },
          style: { fill: 'var(--paper)', stroke: colour, lineWidth: 2 },
        },
      ],
    };
  };
}
