import { html } from 'hono/html';
import { formatCount, formatInstant } from '../document/index.ts';
import { type Html, lines, page, type Section, status, table } from '../render/html/index.ts';
import type { Entry } from './entry.ts';
import type { History, NotShown } from './read-runs.ts';
import { type Selection, select } from './select.ts';
import { trendFigure } from './trend-chart.ts';

/** One line needs two ends. */
const POINTS_MIN = 2;

/**
 * trend.html: what became of the same question over time. One self-contained page, a section for each kind, and in it a part
 * for each series: runs of another scenario, size, topology, behaviour or machine are never in one line.
 */
export async function renderTrend(history: History, selection: Selection): Promise<string> {
  const entries = select(history.entries, selection);
  const kinds = Map.groupBy(entries, ({ kind }) => kind);
  const document = await page({
    title: `shardproof: ${entries.length} runs over time`,
    outcome: 'none',
    header: html`<span><strong>shardproof</strong> history</span><span>${periodOf(entries)}</span>`,
    overview: overview(entries),
    sections: [
      ...[...kinds].map(([kind, ofKind]) => ofKindSection(kind, ofKind)),
      ...notShownSection(history.notShown),
    ],
    footer: html`Rendered from the result.json of each run.`,
  });
  return document.toString();
}

const periodOf = (entries: readonly Entry[]): string =>
  [entries.at(0), entries.at(-1)]
    .flatMap((entry) => (entry ? [formatInstant(entry.startedAt)] : []))
    .join(' to ');

function overview(entries: readonly Entry[]): Html {
  const outcomes = Map.groupBy(entries, ({ outcome }) => outcome);
  return html`<div class="overview">
  <h1>${formatCount(entries.length)} ${entries.length === 1 ? 'run' : 'runs'}</h1>
  <dl class="numbers">${[...outcomes].map(
    ([outcome, { length }]) => html`<div><dt>${outcome}</dt><dd>${formatCount(length)}</dd></div>`,
  )}</dl>
</div>`;
}

function ofKindSection(kind: Entry['kind'], entries: readonly Entry[]): Section {
  const series = Map.groupBy(entries, ({ subject, machine }) => JSON.stringify([subject, machine]));
  return {
    id: kind,
    title: { capacity: 'Capacity', conformance: 'Conformance', comparison: 'Comparisons' }[kind],
    body: html`${[...series.values()].map((runs, index) => seriesPart(`${kind}-${index}`, runs))}`,
  };
}

function seriesPart(id: string, runs: readonly Entry[]): Html | '' {
  const [first] = runs;
  if (first === undefined) return '';
  const isDrawn = runs.filter(({ figures }) => figures !== undefined).length >= POINTS_MIN;
  return html`<h3>${first.subject}</h3><p>${first.machine}</p>
${isDrawn && trendFigure(id, runs)}
${table(
  `Runs of ${first.subject} on ${first.machine}`,
  [
    { head: 'Started', cell: ({ startedAt }) => unbroken(formatInstant(startedAt)) },
    { head: 'Verdict', cell: ({ outcome }) => status(outcome, outcome === 'PASS' ? 'good' : 'bad') },
    { head: 'Figure', cell: ({ headline }) => headline },
    { head: 'Commit', cell: ({ commit }) => html`<code>${commit}</code>` },
    { head: 'Run', cell: ({ runId }) => html`<a href="./${runId}/report.html">${runId}</a>` },
  ],
  runs.toReversed(),
)}`;
}

/** A date breaks at no hyphen. */
const unbroken = (instant: string): Html => {
  const [date, ...time] = instant.split(' ');
  return html`<span class="date">${date}</span> <span class="date">${time.join(' ')}</span>`;
};

function notShownSection(notShown: readonly NotShown[]): Section[] {
  if (notShown.length === 0) return [];
  const reasons = Map.groupBy(notShown, ({ reason }) => reason);
  return [
    {
      id: 'not-shown',
      title: 'Not shown',
      body: html`${[...reasons].map(
        ([reason, runs]) => html`<p>${reason}</p>${lines(runs.map(({ runId }) => runId))}`,
      )}`,
    },
  ];
}
