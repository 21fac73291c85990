import {
  blocksFor,
  type EvidenceBlock,
  formatInstant,
  partsOf,
  type Report,
  type ReportBlock,
  type Section,
  sentence,
  type Table,
  type TableValue,
  tableFor,
} from '../document/index.ts';
import type { Outcome } from '../schema/index.ts';

const MARK: Readonly<Record<Outcome, string>> = { PASS: '✅', FAIL: '❌', INCONCLUSIVE: '⚠️', VOID: '🚫' };

/** summary.md: GitHub-flavoured Markdown, fit for a CI job summary. Text from the result is escaped. */
export function renderMarkdown(report: Report): string {
  const { name, runId, startedAt, verdict, decision, opening, sections, reproduce } = report;
  const { outcome, reason, decidedBy } = verdict;
  const by = decidedBy === 'none' ? '' : ` Decided by ${escaped(decidedBy)}.`;
  const parts = [
    `## ${MARK[outcome]} ${outcome}: ${name} ${escaped(runId)}`,
    `${escaped(reason)}${by}`,
    ...(decision ? [`**${escaped(decision.choice)}**: ${escaped(decision.sentence)}`] : []),
    ...blocksFor('summary', opening, ['page', 'summary', 'terminal']).flatMap(partsOfBlock),
    ...sections.flatMap(sectionOf),
    formatInstant(startedAt),
    fenced([oneLine(reproduce)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** GitHub wants a blank line before Markdown inside HTML. */
function sectionOf({ title, folded, blocks }: Section): string[] {
  const parts = blocksFor('summary', blocks).flatMap(partsOfBlock);
  if (parts.length === 0) return [];
  return folded
    ? [`<details><summary>${escaped(title)}</summary>`, ...parts, '</details>']
    : [`### ${escaped(title)}`, ...parts];
}

function partsOfBlock(block: ReportBlock): string[] {
  switch (block.kind) {
    case 'statement': {
      const { label, lines } = block;
      const [only = '', ...others] = lines;
      const name = label ? `**${escaped(label)}:**` : '';
      if (others.length === 0) return [label ? `${name} ${escaped(sentence(only))}` : escaped(only)];
      return [...(label ? [name] : []), bullets(lines)];
    }
    case 'figures':
      return [
        block.figures.map(([value, meaning]) => `**${escaped(value)}** ${escaped(meaning)}`).join(' · '),
      ];
    case 'facts': {
      const facts = block.facts.map(([term, value]) => `${escaped(term)}: ${markupOf(value, ', ')}`);
      return [...(block.title ? [`#### ${escaped(block.title)}`] : []), facts.join(' · ')];
    }
    case 'table':
      return [
        ...(block.title ? [`#### ${escaped(block.title)}`] : []),
        ...(block.explained ? [escaped(block.explained)] : []),
        tableOf(tableFor('summary', block)),
      ];
    case 'chart':
      return [];
    case 'evidence':
      return evidence(block);
  }
}

function evidence({
  outcome,
  id,
  title,
  about,
  reason,
  sentences,
  exchanges,
  files,
  others,
  reproduce,
}: EvidenceBlock): string[] {
  return [
    `#### ${outcome} ${escaped(id)}`,
    `${escaped(title)} (${escaped(about)})`,
    escaped(reason),
    ...(sentences.length > 0 ? [bullets(sentences)] : []),
    ...(exchanges.length > 0
      ? [fenced(exchanges.flatMap(({ command, response }) => [command, `# ${response}`]).map(oneLine))]
      : []),
    ...files.map(({ path }) => `${path.endsWith('.svg') ? '!' : ''}[${escaped(path)}](${encodeURI(path)})`),
    ...(others.length > 0 ? [`And ${others.length} more:\n${bullets(others)}`] : []),
    fenced([oneLine(reproduce)]),
  ];
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${escaped(line)}`).join('\n');

/** A word that is bad is loud. */
function markupOf(value: TableValue, between: string): string {
  const { lines, tone, id } = partsOf(value);
  const text = lines.map(escaped).join(between);
  return `${tone === 'bad' ? `**${text}**` : text}${id ? `<br><code>${escaped(id)}</code>` : ''}`;
}

function tableOf({ columns, rows }: Table): string {
  const line = (values: readonly string[]) => `| ${values.join(' | ')} |`;
  return [
    line(columns.map(([head]) => escaped(head))),
    line(columns.map(([, align]) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(row.map((value) => markupOf(value, '<br>')))),
  ].join('\n');
}

/** Any ASCII punctuation may be escaped with a backslash (CommonMark 0.31, section 2.4). */
const escaped = (value: string) => oneLine(value).replaceAll(/[\\`*_[\]<>|~&#@]/g, '\\$&');
const oneLine = (value: string) => value.replaceAll(/\s+/g, ' ');

/** Shell lines; the fence is longer than any run of backticks inside it (CommonMark 0.31, section 4.5). */
function fenced(lines: readonly string[]): string {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length),
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, ...lines, fence].join('\n');
}
