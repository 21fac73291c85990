import { html } from 'hono/html';
import {
  connectingStatement,
  failuresShown,
  MODEL_STATEMENT,
  measuredStatement,
  OMISSION_STATEMENT,
  popTable,
} from '../../document/content/index.ts';
import {
  type Figures,
  formatCount,
  formatMs,
  objectiveCells,
  objectiveState,
  percentileCells,
  type RunEvidence,
  totalRows,
} from '../../document/index.ts';
import { type Html, type Section, status, table, textTable } from '../../render/html/index.ts';
import { latencyFigure } from './latency-chart.ts';

export function latency(figures: Figures, { scenario }: RunEvidence): Section {
  const { operations, totalFromSending } = figures;
  return {
    id: 'latency',
    title: 'Latency by operation',
    body: html`<p>${measuredStatement(figures)}. ${MODEL_STATEMENT[scenario.model]} Percentiles come from merged HDR histograms.</p>
${operations.some(({ latency }) => latency.count > 0) && latencyFigure(figures)}
${operationsTable(figures)}
${totalFromSending && html`<p class="proof">${OMISSION_STATEMENT}</p>`}
${figures.connecting && html`<p class="proof">${connectingStatement(figures.connecting)}.</p>`}
${figures.series.length > 0 && byPop(figures)}`,
  };
}

const byPop = (figures: Figures): Html => html`<h3>By PoP</h3>
<p>What users of each PoP saw. Every operation of every PoP is in result.json.</p>
${textTable(popTable(figures))}`;

const STATE_TONE = { met: 'good', missed: 'bad', 'not certain': 'quiet', 'no requests': 'quiet' } as const;

function operationsTable(figures: Figures): Html {
  const rows = figures.operations.map((operation) => {
    const state = objectiveState(operation);
    const [p50, p95, p99] = percentileCells(operation.latency);
    return {
      ...operation,
      p50,
      p95,
      p99,
      maxMs: operation.latency.maxMs,
      objectives: objectiveCells(operation),
      state: status(state, STATE_TONE[state]),
    };
  });
  const sums = totalRows(figures).map(([name, latency]) => {
    const [p50, p95, p99] = percentileCells(latency);
    const { count: requests, maxMs } = latency;
    const failures = failuresShown(figures);
    return { name, kind: '', requests, failures, p50, p95, p99, maxMs, objectives: ['', ''], state: '' };
  });
  return table(
    'Latency by operation',
    [
      { head: 'Operation', cell: ({ name }) => name },
      { head: 'Kind', cell: ({ kind }) => kind },
      { head: 'Requests', cell: ({ requests }) => formatCount(requests), numeric: true },
      { head: 'Failed', cell: ({ failures }) => formatCount(failures), numeric: true },
      { head: 'p50', cell: ({ p50 }) => p50, numeric: true },
      { head: 'p95', cell: ({ p95 }) => p95, numeric: true },
      { head: 'p95 objective', cell: ({ objectives: [p95] }) => p95, numeric: true },
      { head: 'p99', cell: ({ p99 }) => p99, numeric: true },
      { head: 'p99 objective', cell: ({ objectives: [, p99] }) => p99, numeric: true },
      { head: 'Slowest', cell: ({ maxMs }) => formatMs(maxMs), numeric: true },
      { head: 'Met', cell: ({ state }) => state },
    ],
    [...rows, ...sums],
  );
}
