import { html } from 'hono/html';
import { type Evidence, FIGURES_WITHHELD, type Figures, VERDICT_MARK } from '../figures.ts';
import { formatCount, formatMs, formatSeconds } from '../format.ts';
import type { Html } from './layout.ts';

/** The first screen: verdict, the number, the reason, and how to run it again. */
export function overview(evidence: Evidence, figures: Figures | undefined): Html {
  const { verdict, reproduce } = evidence;
  const decidedBy =
    verdict.signal !== 'none' && html`<p class="decided">Decided by <code>${verdict.signal}</code></p>`;
  return html`<div class="overview">
  <h1><span aria-hidden="true">${VERDICT_MARK[verdict.outcome]} </span>${verdict.outcome}</h1>
  <p class="reason">${verdict.reason}</p>
  ${decidedBy}
  ${figures ? numbers(figures) : html`<p class="withheld">${FIGURES_WITHHELD}</p>`}
  <div class="command"><p>Run it again</p><pre><code>${reproduce}</code></pre></div>
</div>`;
}

function numbers({ load, total }: Figures): Html {
  return html`<dl class="numbers">
  <div class="leading"><dt>virtual users, held ${formatSeconds(load.heldMs / 1000)}</dt><dd>${formatCount(load.peakVirtualUsers)}</dd></div>
  <div><dt>requests per second</dt><dd>${formatCount(load.requestsPerSecond)}</dd></div>
  <div><dt>p95 of all requests</dt><dd>${formatMs(total.p95Ms)}</dd></div>
  <div><dt>failed of ${formatCount(load.requests)}</dt><dd>${formatCount(load.failures)}</dd></div>
</dl>`;
}
