import {
  billTable,
  connectingStatement,
  databaseTable,
  failuresShown,
  faultOutcome,
  generatorStatement,
  headroomStatements,
  limitStatements,
  loadStatement,
  MODEL_STATEMENT,
  measuredStatement,
  modelledStatement,
  OMISSION_STATEMENT,
  partTable,
  phaseTable,
  popTable,
  ROWS_STATEMENT,
  readReplicationStatement,
  rungTables,
  sensitivityStatement,
  sensitivityTable,
  sustainedStatement,
  verificationStatements,
} from '../document/content/index.ts';
import type { Table } from '../document/index.ts';
import {
  FIGURES_WITHHELD,
  type Figures,
  figuresOf,
  formatCount,
  formatInstant,
  formatMs,
  leakStatement,
  objectiveCells,
  objectiveState,
  percentileCells,
  type RunEvidence,
  sentence,
  signalRows,
  totalRows,
  withObjectives,
} from '../document/index.ts';
import { type Align, escapeMarkdown, loud, MARKDOWN_MARK, markdownTable, oneLine } from '../render/index.ts';
import type { Knee, RunResult } from '../schema/index.ts';

/** summary.md: GitHub-flavoured Markdown, fit for a CI job summary. Text from the result is escaped. */
export function renderMarkdown(result: RunResult): string {
  const figures = figuresOf(result);
  const sections = [
    headline(result),
    ...(figures ? figureSections(figures, result) : [FIGURES_WITHHELD]),
    behaviour(result),
    verification(result),
    signals(result),
    origin(result),
  ];
  return `${sections.join('\n\n')}\n`;
}

function headline({ verdict, kind, runId }: RunEvidence): string {
  const decidedBy = verdict.signal === 'none' ? '' : ` Decided by ${escapeMarkdown(verdict.signal)}.`;
  return `## ${MARKDOWN_MARK[verdict.outcome]} ${verdict.outcome}: ${kind} run ${escapeMarkdown(runId)}\n\n${escapeMarkdown(verdict.reason)}${decidedBy}`;
}

/** The answers first, then the tables behind them; a table without a row is left out. */
function figureSections(figures: Figures, evidence: RunEvidence): string[] {
  const { knee } = figures;
  return [
    load(figures, evidence),
    ...(knee ? [sustained(knee)] : []),
    operations(figures),
    ...(figures.totalFromSending ? [OMISSION_STATEMENT] : []),
    ...(figures.connecting ? [`${connectingStatement(figures.connecting)}.`] : []),
    ...headroom(figures),
    ...(figures.sensitivity
      ? [
          ...folded(sensitivityTable(figures.sensitivity, knee)),
          escapeMarkdown(sensitivityStatement(figures.sensitivity)),
        ]
      : []),
    ...folded(phaseTable(figures)),
    ...(knee ? rungTables(knee).flatMap(folded) : []),
    ...folded(popTable(figures)),
    ...folded(partTable(figures)),
    ...folded(databaseTable(figures)),
  ];
}

function load(figures: Figures, evidence: RunEvidence): string {
  const { total, knee } = figures;
  const [what, rate] = loadStatement(figures, evidence);
  const { name, model } = evidence.scenario;
  const answers = [
    `**${what}**`,
    `**${rate}**`,
    ...(knee ? [] : [`p95 ${formatMs(total.p95Ms)}`]),
    `${formatCount(failuresShown(figures))} failed of ${measuredStatement(figures)}`,
  ];
  return `${answers.join(' · ')}\n\nScenario ${escapeMarkdown(name)}. ${MODEL_STATEMENT[model]}`;
}

function sustained(knee: Knee): string {
  const [users, ...rate] = sustainedStatement(knee);
  return [
    `**Sustains ${escapeMarkdown(users)}**`,
    ...[...rate, ...limitStatements(knee)].map(escapeMarkdown),
  ].join(' · ');
}

function headroom({ headroom }: Figures): string[] {
  if (headroom === null) return [];
  const basis = [`Prices: ${sentence(headroom.priceTable)}`, ...headroom.assumptions];
  return [
    `**Headroom:** ${headroomStatements(headroom).map(escapeMarkdown).join('; ')}.`,
    ...folded(billTable(headroom)),
    basis.map(escapeMarkdown).join(' '),
  ];
}

/** A table that unfolds; GitHub wants the blank line before Markdown inside HTML. */
const folded = ({ caption, columns, rows }: Table): string[] =>
  rows.length === 0
    ? []
    : [
        `<details><summary>${caption}</summary>\n\n${markdownTable(
          columns,
          rows.map((cells) => cells.map(escapeMarkdown)),
        )}\n\n</details>`,
      ];

function operations(figures: Figures): string {
  const rows = figures.operations.map((operation) => [
    escapeMarkdown(operation.name),
    formatCount(operation.requests),
    formatCount(operation.failures),
    ...withObjectives(percentileCells(operation.latency), objectiveCells(operation)),
    loud(objectiveState(operation), 'missed'),
  ]);
  const sums = totalRows(figures).map(([name, latency]) => [
    name,
    formatCount(latency.count),
    formatCount(failuresShown(figures)),
    ...withObjectives(percentileCells(latency), ['', '']),
    '',
  ]);
  return markdownTable(
    [
      ['Operation', 'left'],
      ['Requests', 'right'],
      ['Failed', 'right'],
      ['p50', 'right'],
      ['p95', 'right'],
      ['p95 objective', 'right'],
      ['p99', 'right'],
      ['p99 objective', 'right'],
      ['', 'left'],
    ],
    [...rows, ...sums],
  );
}

function behaviour(evidence: RunEvidence): string {
  const [modelled, rest] = modelledStatement(evidence);
  const faults = evidence.behaviour.faults.map(
    (fault) => `${escapeMarkdown(fault.id)} (${escapeMarkdown(fault.kind)}) ${faultOutcome(fault)}`,
  );
  return [
    `**Modelled:** ${escapeMarkdown(modelled)}; ${escapeMarkdown(rest)}.`,
    `**Read replication:** ${readReplicationStatement(evidence.behaviour.readReplication)}.`,
    `**Rows read and written:** ${ROWS_STATEMENT}.`,
    ...(faults.length > 0 ? [`**Planned faults:** ${faults.join('; ')}.`] : []),
  ].join('\n\n');
}

function verification(evidence: RunEvidence): string {
  const [checked, found] = verificationStatements(evidence);
  return `**Verification:** ${checked}, ${found}; ${leakStatement(evidence)}.`;
}

function signals(evidence: RunEvidence): string {
  const rows = signalRows(evidence).map(({ id, title, observed, bound, state, why }) => [
    `${escapeMarkdown(title)}<br><code>${escapeMarkdown(id)}</code>`,
    escapeMarkdown(observed),
    escapeMarkdown(bound),
    loud(state, 'breached'),
    escapeMarkdown(why),
  ]);
  const heads: [string, Align][] = [
    ['Signal', 'left'],
    ['Observed', 'right'],
    ['Bound', 'right'],
    ['', 'left'],
    ['Why this bound', 'left'],
  ];
  return markdownTable(heads, rows);
}

function origin(evidence: RunEvidence): string {
  const { environment, scenario, topology, reproduce, startedAt } = evidence;
  const commit = `${escapeMarkdown(environment.commit.slice(0, 12))}${environment.uncommittedChanges ? ' with uncommitted changes' : ''}`;
  const facts = [
    formatInstant(startedAt),
    `topology ${escapeMarkdown(topology.name)}`,
    `seed ${scenario.seed}`,
    `commit ${commit}`,
    `generator ${escapeMarkdown(generatorStatement(evidence))}`,
  ];
  return `${facts.join(' · ')}\n\n\`\`\`sh\n${oneLine(reproduce)}\n\`\`\``;
}
