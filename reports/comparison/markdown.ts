import { readReplicationStatement, verificationStatements } from '../document/content/index.ts';
import type { Table } from '../document/index.ts';
import { formatInstant } from '../document/index.ts';
import { escapeMarkdown, fenced, MARKDOWN_MARK, markdownTable, oneLine } from '../render/index.ts';
import type { ComparisonResult } from '../schema/index.ts';
import {
  COMPARISON_WITHHELD,
  costStatements,
  effectStatements,
  mayShowFigures,
  neighbourStatements,
  verificationOf,
  whyStatements,
} from './statements.ts';
import { reasonTable, treatmentTable } from './tables.ts';

/** summary.md of a comparison: GitHub-flavoured Markdown, fit for a CI job summary. Text from the result is escaped. */
export function renderComparisonMarkdown(result: ComparisonResult): string {
  const { verdict, runId, startedAt, seed, environment, behaviour, reproduce } = result;
  const sections = [
    `## ${MARKDOWN_MARK[verdict.outcome]} ${verdict.outcome}: comparison ${escapeMarkdown(runId)}`,
    escapeMarkdown(verdict.reason),
    ...(mayShowFigures(result) ? figureSections(result) : [COMPARISON_WITHHELD]),
    `Read replication: ${readReplicationStatement(behaviour.readReplication)}`,
    verificationStatements(verificationOf(result)).map(escapeMarkdown).join('; '),
    `${formatInstant(startedAt)} · seed ${seed} · commit ${escapeMarkdown(environment.commit.slice(0, 12))}${environment.uncommittedChanges ? ' with uncommitted changes' : ''}`,
    fenced('sh', [oneLine(reproduce)]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function figureSections(result: ComparisonResult): string[] {
  const { decision } = result;
  const statements = [
    ...neighbourStatements(result),
    ...effectStatements(result),
    ...whyStatements(result),
    ...costStatements(result),
  ];
  return [
    ...(decision ? [`**${escapeMarkdown(decision.choice)}**: ${escapeMarkdown(decision.sentence)}`] : []),
    tableOf(treatmentTable(result)),
    ...(statements.length > 0 ? [statements.map((each) => `- ${escapeMarkdown(each)}`).join('\n')] : []),
    ...(decision ? [tableOf(reasonTable(result))] : []),
  ];
}

const tableOf = ({ columns, rows }: Table): string =>
  markdownTable(
    columns.map(([head, align]) => [escapeMarkdown(head), align] as const),
    rows.map((row) => row.map(escapeMarkdown)),
  );
