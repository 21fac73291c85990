import { html } from 'hono/html';
import { billTable, readReplicationStatement } from '../../document/content/index.ts';
import type { Table } from '../../document/index.ts';
import { formatInstant } from '../../document/index.ts';
import {
  environmentFacts,
  facts,
  type Html,
  lines,
  page,
  type Section,
  scenarioFacts,
  signals,
  textTable,
  timeFacts,
  verification,
} from '../../render/html/index.ts';
import type { ComparisonResult } from '../../schema/index.ts';
import {
  billsOf,
  costStatements,
  legendStatement,
  mayShowFigures,
  verificationOf,
  whyStatements,
} from '../statements.ts';
import {
  blockTable,
  effectTable,
  operationTable,
  reasonTable,
  treatmentDatabaseTable,
  treatmentTable,
} from '../tables.ts';
import { blockFigure } from './block-chart.ts';
import { distributionFigure } from './distribution-chart.ts';
import { comparisonOverview } from './overview.ts';
import { partFigure } from './part-chart.ts';

/** report.html of a comparison: one self-contained page without script or request. The same result gives the same bytes. */
export async function renderComparisonHtml(result: ComparisonResult): Promise<string> {
  const { runId, verdict, startedAt, schemaVersion } = result;
  const document = await page({
    title: `${verdict.outcome}: comparison ${runId}`,
    outcome: verdict.outcome,
    header: html`<span><strong>shardproof</strong> comparison</span><span>${runId}, ${formatInstant(startedAt)}</span>`,
    overview: comparisonOverview(result),
    sections: [
      ...(mayShowFigures(result) ? measured(result) : []),
      verification(verificationOf(result)),
      signals(result),
      setup(result),
    ],
    footer: html`Rendered from result.json, comparison schema version ${schemaVersion}, which lies beside this page.`,
  });
  return document.toString();
}

/** The sections that a spoiled measurement leaves out. */
const measured = (result: ComparisonResult): Section[] => [
  ...(result.decision ? [decision(result)] : []),
  sideBySide(result),
  latency(result),
  timeParts(result),
  ...(billsOf(result).length > 0 ? [cost(result)] : []),
  blocks(result),
];

const decision = (result: ComparisonResult): Section => ({
  id: 'decision',
  title: 'What decided',
  body: html`<p>The rules, in the order in which they were asked, with the numbers that they saw.</p>
${textTable(reasonTable(result))}`,
});

const sideBySide = (result: ComparisonResult): Section => ({
  id: 'placements',
  title: 'Placements side by side',
  body: html`<p>Blocks of each placement in turns, with fresh state; warm-up is left out. Percentiles come from merged HDR histograms.</p>
${textTable(treatmentTable(result))}
${titled('Differences', effectTable(result), legendStatement(result))}`,
});

const latency = (result: ComparisonResult): Section => ({
  id: 'latency',
  title: 'Latency',
  body: html`${distributionFigure(result)}
${titled('p95 by operation', operationTable(result))}`,
});

const timeParts = (result: ComparisonResult): Section => ({
  id: 'service-time',
  title: 'Where the time goes',
  body: html`${lines(whyStatements(result))}
${partFigure(result)}
${titled('Databases', treatmentDatabaseTable(result), 'D1 serves one request at a time: busy is the share of time in which it did, wait is for a turn.')}`,
});

const cost = (result: ComparisonResult): Section => ({
  id: 'cost',
  title: 'Cost and headroom',
  body: html`${lines(costStatements(result))}
${textTable(billTable({ bills: billsOf(result) }))}
<p class="basis">${result.basis.join(' ')}</p>`,
});

const blocks = (result: ComparisonResult): Section => ({
  id: 'blocks',
  title: 'Blocks',
  body: html`<p>In the order in which they were run. All were made in the same environment, or nothing would be compared.</p>
${blockFigure(result)}
${textTable(blockTable(result))}`,
});

/** Nothing when there is nothing in it. */
const titled = (title: string, table: Table, explained = ''): Html | '' =>
  table.rows.length === 0
    ? ''
    : html`<h3>${title}</h3>${explained && html`<p>${explained}</p>`}${textTable(table)}`;

const setup = (result: ComparisonResult): Section => ({
  id: 'setup',
  title: 'Setup',
  body: html`<h3>Scenario</h3>
${scenarioFacts(result.scenario)}
<h3>Environment</h3>
${facts([
  ...environmentFacts(result.environment),
  ['Data plane', `${result.behaviour.name}: ${result.behaviour.description}`],
  ['Read replication', readReplicationStatement(result.behaviour.readReplication)],
  ...timeFacts(result),
])}`,
});
