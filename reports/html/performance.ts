import { html } from 'hono/html';
import { type Evidence, type Figures, objectiveState, percentileCells } from '../figures.ts';
import { formatCount, formatMs, formatPercent, formatQuantity } from '../format.ts';
import { latencyFigure } from './latency-chart.ts';
import { type Html, type Section, status, table } from './layout.ts';
import { timelineFigure } from './timeline-chart.ts';
import { timelineSpans } from './timeline-spans.ts';

const TIMELINE_ROWS = 30;

export function overTime(figures: Figures, evidence: Evidence): Section {
  return {
    id: 'over-time',
    title: 'Over time',
    body: html`${timelineFigure(figures, evidence)}
<details><summary>The same as a table</summary>${spansTable(figures)}</details>`,
  };
}

function spansTable({ timeline }: Figures): Html {
  return table(
    'Virtual users, requests and latency over time',
    [
      { head: 'Seconds', cell: ({ from, to }) => (from === to ? from : `${from}–${to}`) },
      {
        head: 'Peak virtual users',
        cell: ({ peakVirtualUsers }) => formatCount(peakVirtualUsers),
        numeric: true,
      },
      { head: 'Requests/s', cell: ({ requestsPerSecond }) => formatCount(requestsPerSecond), numeric: true },
      { head: 'Failed', cell: ({ failures }) => formatCount(failures), numeric: true },
      { head: "Slowest second's p95", cell: ({ worstP95Ms }) => formatMs(worstP95Ms), numeric: true },
    ],
    timelineSpans(timeline, TIMELINE_ROWS),
  );
}

export function latency(figures: Figures): Section {
  const { load, operations } = figures;
  return {
    id: 'latency',
    title: 'Latency by operation',
    body: html`<p>${formatCount(load.requests)} requests in the hold, ${formatPercent(load.readShare * 100)} reads; closed model, so a user waits for an answer before the next request. Percentiles come from merged HDR histograms.</p>
${operations.some(({ latency }) => latency.count > 0) && latencyFigure(figures)}
${operationsTable(figures)}`,
  };
}

function operationsTable({ operations, total }: Figures): Html {
  const rows = operations.map((operation) => {
    const state = objectiveState(operation);
    const [p50, p95, p99] = percentileCells(operation.latency);
    return {
      ...operation,
      p50,
      p95,
      p99,
      maxMs: operation.latency.maxMs,
      objective: `≤ ${formatQuantity(operation.objectiveP95Ms, 'ms')}`,
      state: status(state, ({ met: 'good', missed: 'bad', 'no requests': 'quiet' } as const)[state]),
    };
  });
  const [p50, p95, p99] = percentileCells(total);
  const sum = { name: 'all', kind: '', requests: total.count, p50, p95, p99, maxMs: total.maxMs };
  const failures = operations.reduce((count, operation) => count + operation.failures, 0);
  return table(
    'Latency by operation',
    [
      { head: 'Operation', cell: ({ name }) => name },
      { head: 'Kind', cell: ({ kind }) => kind },
      { head: 'Requests', cell: ({ requests }) => formatCount(requests), numeric: true },
      { head: 'Failed', cell: ({ failures }) => formatCount(failures), numeric: true },
      { head: 'p50', cell: ({ p50 }) => p50, numeric: true },
      { head: 'p95', cell: ({ p95 }) => p95, numeric: true },
      { head: 'p99', cell: ({ p99 }) => p99, numeric: true },
      { head: 'Slowest', cell: ({ maxMs }) => formatMs(maxMs), numeric: true },
      { head: 'p95 objective', cell: ({ objective }) => objective, numeric: true },
      { head: 'Met', cell: ({ state }) => state },
    ],
    [...rows, { ...sum, failures, objective: '', state: '' }],
  );
}
