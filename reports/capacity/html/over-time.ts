import { html } from 'hono/html';
import { phaseTable } from '../../document/content/index.ts';
import type { Figures, RunEvidence } from '../../document/index.ts';
import { formatCount, formatMs } from '../../document/index.ts';
import { type Html, type Section, table, textTable } from '../../render/html/index.ts';
import { timelineFigure } from './timeline-chart.ts';
import { timelineSpans } from './timeline-spans.ts';

const TIMELINE_ROWS = 30;

export function overTime(figures: Figures, evidence: RunEvidence): Section {
  return {
    id: 'over-time',
    title: 'Over time',
    body: html`${timelineFigure(figures, evidence)}
<details><summary>The same as a table</summary>${spansTable(figures)}</details>
${phases(figures)}`,
  };
}

/** A ladder's phases are its rungs and the climbs between: there the table only unfolds. */
function phases(figures: Figures): Html {
  const explained = html`<p>Only phases that count are measured; guarantees are checked in all of them.</p>
${textTable(phaseTable(figures))}`;
  return figures.knee
    ? html`<details><summary>All phases</summary>${explained}</details>`
    : html`<h3>Phases</h3>${explained}`;
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
