import { html } from 'hono/html';
import { VERDICT_MARK } from '../../document/index.ts';
import type { Outcome } from '../../schema/index.ts';
import type { Html } from './layout.ts';

export type Headline = readonly [value: string, meaning: string];
export type AnswerOfScreen = readonly [question: string, lines: readonly string[]];

/**
 * What every page shows before anything else: verdict, reason, the number, what else was asked, and how to run it again.
 *
 * @param decision what follows from the run, where something does: it leads then, and the verdict says what it rests on
 * @param basis what the numbers rest on, in a line each
 * @param headlines the first one leads; a sentence instead: why there is no number
 * @param answers those without a line are left out
 * @param decidedBy `none` when nothing spoke against the run
 */
export function firstScreen(options: {
  verdict: { outcome: Outcome; reason: string; decidedBy: string };
  decision?: { title: string; sentence: string } | undefined;
  basis?: readonly string[];
  headlines: readonly Headline[] | string;
  answers: readonly AnswerOfScreen[];
  reproduce: string;
}): Html {
  const { verdict, decision, basis = [], headlines, answers, reproduce } = options;
  const { outcome, reason, decidedBy } = verdict;
  const mark = html`<span aria-hidden="true">${VERDICT_MARK[outcome]} </span>`;
  return html`<div class="overview">
  <h1>${decision ? decision.title : html`${mark}${outcome}`}</h1>
  <p class="reason">${decision ? decision.sentence : reason}</p>
  ${decision && html`<p class="decided"><strong>${mark}${outcome}</strong> ${reason}</p>`}
  ${decidedBy !== 'none' && html`<p class="decided">Decided by <code>${decidedBy}</code></p>`}
  ${basis.map((line) => html`<p class="decided">${line}</p>`)}
  ${typeof headlines === 'string' ? html`<p class="withheld">${headlines}</p>` : headlines.length > 0 && numbers(headlines)}
  ${answerList(answers)}
  <div class="command"><p>Run it again</p><pre><code>${reproduce}</code></pre></div>
</div>`;
}

const numbers = (headlines: readonly Headline[]): Html =>
  html`<dl class="numbers">${headlines.map(
    ([value, meaning], index) =>
      html`<div class="${index === 0 ? 'leading' : ''}"><dt>${meaning}</dt><dd>${value}</dd></div>`,
  )}</dl>`;

const answerList = (answers: readonly AnswerOfScreen[]): Html =>
  html`<dl class="answers">${answers
    .filter(([, lines]) => lines.length > 0)
    .map(
      ([question, lines]) =>
        html`<div><dt>${question}</dt>${lines.map((line) => html`<dd>${line}</dd>`)}</div>`,
    )}</dl>`;
