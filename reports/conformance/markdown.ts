import { counted, formatCount, formatInstant, formatMs, requirementText } from '../document/index.ts';
import { escapeMarkdown, fenced, loud, MARKDOWN_MARK, markdownTable, oneLine } from '../render/index.ts';
import type { CheckResult, ConformanceResult } from '../schema/index.ts';
import { responseLine } from './witness-lines.ts';

/** summary.md: GitHub-flavoured Markdown, fit for a CI job summary. Text from the result is escaped. */
export function renderConformanceMarkdown(result: ConformanceResult): string {
  const areas = [...new Set(result.checks.map(({ area }) => area))];
  const failures = result.checks.filter(({ broken }) => broken.length > 0);
  const sections = [
    headline(result),
    ...result.doubts.map((doubt) => `> ${escapeMarkdown(doubt)}`),
    ...failures.map(failure),
    ...areas.map((area) =>
      areaTable(
        area,
        result.checks.filter((check) => check.area === area),
      ),
    ),
    ...promiseTable(result),
    origin(result),
  ];
  return `${sections.join('\n\n')}\n`;
}

function headline({ verdict, runId, checks }: ConformanceResult): string {
  const tally = verdictCounts(checks).map(([verdict, count]) => `${formatCount(count)} ${verdict}`);
  const decidedBy = verdict.decidedBy === 'none' ? '' : ` Decided by ${escapeMarkdown(verdict.decidedBy)}.`;
  return [
    `## ${MARKDOWN_MARK[verdict.outcome]} ${verdict.outcome}: conformance run ${escapeMarkdown(runId)}`,
    `${escapeMarkdown(verdict.reason)}${decidedBy}`,
    ...(tally.length > 0 ? [tally.join(' · ')] : []),
  ].join('\n\n');
}

/** How many checks ended in each verdict, the worst first; those that did not occur are left out. */
export const verdictCounts = (
  checks: readonly Pick<CheckResult, 'verdict'>[],
): [CheckResult['verdict'], number][] =>
  (['FAIL', 'VOID', 'INCONCLUSIVE', 'PASS', 'SKIPPED'] as const)
    .map((verdict): [CheckResult['verdict'], number] => [
      verdict,
      checks.filter((check) => check.verdict === verdict).length,
    ])
    .filter(([, count]) => count > 0);

function failure({
  id,
  verdict,
  reason,
  title,
  severity,
  requirements,
  broken,
  reproduce,
}: CheckResult): string {
  const [first, ...others] = broken;
  const { sentences = [], exchanges = [], files = [] } = first?.witness ?? {};
  return [
    `### ${verdict} ${escapeMarkdown(id)}`,
    `${escapeMarkdown(title)} (${severity}; ${requirements.map((id) => escapeMarkdown(requirementText(id))).join(', ')})`,
    escapeMarkdown(reason),
    ...(sentences.length > 0
      ? [sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n')]
      : []),
    ...(exchanges.length > 0
      ? [fenced('sh', exchanges.flatMap((each) => [each.curl, `# ${responseLine(each)}`]).map(oneLine))]
      : []),
    ...files.map(
      (file) => `${file.endsWith('.svg') ? '!' : ''}[${escapeMarkdown(file)}](${encodeURI(file)})`,
    ),
    ...(others.length > 0
      ? [`And ${others.length} more:\n${others.map((each) => `- ${escapeMarkdown(each.text)}`).join('\n')}`]
      : []),
    fenced('sh', [oneLine(reproduce)]),
  ].join('\n\n');
}

function areaTable(area: string, checks: readonly CheckResult[]): string {
  const rows = checks.map(({ id, title, verdict, reason, claims, controls, durationMs, remarks }) => [
    `${escapeMarkdown(title)}<br><code>${escapeMarkdown(id)}</code>`,
    loud(verdict, 'FAIL'),
    [verdict === 'PASS' ? `${counted(claims, 'claim')}, ${counted(controls, 'control')}` : reason, ...remarks]
      .map(escapeMarkdown)
      .join('<br>'),
    formatMs(durationMs),
  ]);
  const heads = [
    ['Check', 'left'],
    ['', 'left'],
    ['Evidence', 'left'],
    ['Time', 'right'],
  ] as [string, 'left' | 'right'][];
  return `### ${escapeMarkdown(area)}\n\n${markdownTable(heads, rows)}`;
}

/** What each promise rests on: by how many checks it was judged, and how that ended. */
function promiseTable({ promises }: ConformanceResult): string[] {
  if (promises.length === 0) return [];
  const rows = promises.map(({ name, text: what, state, checks }) => [
    `${escapeMarkdown(what)}<br><code>${escapeMarkdown(name)}</code>`,
    loud(state, 'broken'),
    formatCount(checks.length),
  ]);
  const heads = [
    ['The Worker promises', 'left'],
    ['', 'left'],
    ['Checks', 'right'],
  ] as [string, 'left' | 'right'][];
  return [`### promises\n\n${markdownTable(heads, rows)}`];
}

function origin({
  startedAt,
  seed,
  effort,
  target,
  environment,
  reproduce,
  cleanUp,
}: ConformanceResult): string {
  const facts = [
    formatInstant(startedAt),
    escapeMarkdown(describedTarget(target)),
    `seed ${seed}`,
    `effort ${effort}`,
    `commit ${escapeMarkdown(environment.commit.slice(0, 12))}${environment.uncommittedChanges ? ' with uncommitted changes' : ''}`,
    ...(cleanUp ? [`${cleanUp.removed} documents removed, ${cleanUp.left.length} left`] : []),
  ];
  return `${facts.join(' · ')}\n\n${fenced('sh', [oneLine(reproduce)])}`;
}

/** What ran, and by which description, where that has another name. */
export const describedTarget = ({ name, adapter }: ConformanceResult['target']): string =>
  name === adapter ? name : `${name}, described as ${adapter}`;
