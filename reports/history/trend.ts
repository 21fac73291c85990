import {
  figures,
  formatCount,
  formatInstant,
  note,
  type ReportBlock,
  type Section,
  statement,
  table,
  wordColumns,
} from '../document/index.ts';
import { renderPage } from '../render/index.ts';
import type { Entry } from './entry.ts';
import type { History, NotShown } from './read-runs.ts';
import { type Selection, select } from './select.ts';
import { trendChart } from './trend-chart.ts';

/** One line needs two ends. */
const POINTS_MIN = 2;

/**
 * trend.html: what became of the same question over time. One self-contained page, a section for each kind, and in it a part
 * for each series: runs of another scenario, size, topology, behaviour or machine are never in one line.
 */
export function renderTrend(history: History, selection: Selection): Promise<string> {
  const entries = select(history.entries, selection);
  const outcomes = Map.groupBy(entries, ({ outcome }) => outcome);
  return renderPage({
    title: `shardproof: ${entries.length} runs over time`,
    outcome: 'none',
    name: 'history',
    about: [entries.at(0), entries.at(-1)]
      .flatMap((entry) => (entry ? [formatInstant(entry.startedAt)] : []))
      .join(' to '),
    heading: `${formatCount(entries.length)} ${entries.length === 1 ? 'run' : 'runs'}`,
    opening: figures(
      'Runs',
      [...outcomes].map(([outcome, { length }]) => [formatCount(length), outcome]),
    ),
    sections: [
      ...[...Map.groupBy(entries, ({ kind }) => kind)].map(([kind, ofKind]) => sectionOf(kind, ofKind)),
      ...notShownSection(history.notShown),
    ],
    footer: 'Rendered from the result.json of each run.',
  });
}

function sectionOf(kind: Entry['kind'], entries: readonly Entry[]): Section {
  const series = Map.groupBy(entries, ({ subject, machine }) => JSON.stringify([subject, machine]));
  return {
    id: kind,
    title: {
      capacity: 'Capacity',
      conformance: 'Conformance',
      comparison: 'Comparisons',
      rehearsal: 'Rehearsals',
      'remote-load': 'Loads of deployed Workers',
    }[kind],
    blocks: [...series.values()].flatMap((runs, index) => seriesBlocks(`${kind}-${index}`, runs)),
  };
}

function seriesBlocks(id: string, runs: readonly Entry[]): ReportBlock[] {
  const [first] = runs;
  if (first === undefined) return [];
  const isDrawn = runs.filter(({ figures }) => figures !== undefined).length >= POINTS_MIN;
  return [
    { kind: 'facts', title: first.subject, facts: [['Machine', first.machine]] },
    ...(isDrawn ? [trendChart(id, runs)] : []),
    ...table({
      caption: `Runs of ${first.subject} on ${first.machine}`,
      columns: [...wordColumns('Started', 'Verdict', 'Figure', 'Commit', 'Run')],
      rows: runs.toReversed().map(({ startedAt, outcome, headline, commit, runId }) => {
        const [date = '', ...time] = formatInstant(startedAt).split(' ');
        return [
          [date, time.join(' ')],
          { text: outcome, tone: outcome === 'PASS' ? 'good' : 'bad' },
          headline,
          commit,
          { text: runId, href: `./${runId}/report.html` },
        ];
      }),
    }),
  ];
}

function notShownSection(notShown: readonly NotShown[]): Section[] {
  const reasons = Map.groupBy(notShown, ({ reason }) => reason);
  return reasons.size === 0
    ? []
    : [
        {
          id: 'not-shown',
          title: 'Not shown',
          blocks: [...reasons].flatMap(([reason, runs]) => [
            note(reason),
            ...statement('Runs', [runs.map(({ runId }) => runId).join(', ')]),
          ]),
        },
      ];
}
