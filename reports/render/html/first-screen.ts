import { html } from 'hono/html';
import { blocksFor, type Medium, type Report, type ReportBlock, VERDICT_MARK } from '../../document/index.ts';
import { blockOf, headlines } from './blocks.ts';
import type { Html } from './charts/index.ts';

const EVERYWHERE: readonly Medium[] = ['page', 'summary', 'terminal'];

/** What every page shows before anything else: verdict, reason, the number, what else was asked, and how to run it again. */
export function firstScreen({ verdict, decision, opening, reproduce }: Report) {
  const { outcome, reason, decidedBy } = verdict;
  const mark = html`<span aria-hidden="true">${VERDICT_MARK[outcome]} </span>`;
  return {
    heading: decision ? capitalised(decision.choice) : html`${mark}${outcome}`,
    opening: [
      html`<p class="reason">${decision ? decision.sentence : reason}</p>`,
      decision ? html`<p class="decided"><strong>${mark}${outcome}</strong> ${reason}</p>` : '',
      decidedBy === 'none' ? '' : html`<p class="decided">Decided by <code>${decidedBy}</code></p>`,
      ...blocksFor('page', opening, EVERYWHERE).map(answer),
      html`<div class="command"><p>Run it again</p><pre><code>${reproduce}</code></pre></div>`,
    ] as const,
  };
}

const capitalised = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** A block of the first screen. */
export function answer(block: ReportBlock): Html {
  if (block.kind === 'figures') return headlines(block.figures);
  if (block.kind !== 'statement') return blockOf(block);
  const { label, lines } = block;
  return label
    ? html`<dl class="answers"><div><dt>${label}</dt>${lines.map((line) => html`<dd>${line}</dd>`)}</div></dl>`
    : html`<p class="withheld">${lines.join(' ')}</p>`;
}
