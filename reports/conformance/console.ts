import { counted, formatSeconds } from '../document/index.ts';
import { LABEL_WIDTH, labelled, type Paint, painter, plain, VERDICT_STYLE } from '../render/index.ts';
import type { CheckResult, ConformanceResult, Outcome } from '../schema/index.ts';
import { RUNS_FOLDER } from '../store/index.ts';
import { describedTarget, verdictCounts } from './markdown.ts';
import { responseLine } from './witness-lines.ts';

const WIDTH = 100;
const MARK: Readonly<Record<CheckResult['verdict'], string>> = {
  PASS: '✓',
  FAIL: '✗',
  INCONCLUSIVE: '?',
  VOID: '∅',
  SKIPPED: '-',
};
const INDENT = '    ';

/**
 * The terminal summary of a run, ending without a line break: a line for each check, what failed with its witness, the
 * verdict last, where the eye is.
 *
 * @param colour whether to emit ANSI styles; the words carry the verdict either way.
 */
export function renderConformanceConsole(result: ConformanceResult, { colour }: { colour: boolean }): string {
  const paint = painter(colour);
  const areas = [...new Set(result.checks.map(({ area }) => area))];
  const failures = result.checks.filter(({ verdict }) => verdict !== 'PASS' && verdict !== 'SKIPPED');
  return [
    ...areas.flatMap((area) =>
      areaLines(
        area,
        result.checks.filter((check) => check.area === area),
        paint,
      ),
    ),
    ...failures.flatMap((check) => ['', ...failureLines(check, paint)]),
    '',
    ...verdictLines(result, paint),
  ].join('\n');
}

function areaLines(area: string, checks: readonly CheckResult[], paint: Paint): string[] {
  return ['', paint('bold', plain(area)), ...checks.flatMap((check) => checkLines(check, paint))];
}

function checkLines(check: CheckResult, paint: Paint): string[] {
  const { verdict, id, area, title, durationMs, claims, controls, reason, remarks } = check;
  const style = verdict === 'SKIPPED' ? 'dim' : VERDICT_STYLE[verdict];
  const mark = verdict === 'PASS' ? MARK.PASS : `${MARK[verdict]} ${verdict}`;
  const name = plain(id.slice(area.length + 1));
  const figures = `${counted(claims, 'claim')}, ${counted(controls, 'control')} ${`${Math.round(durationMs)} ms`.padStart(8)}`;
  const gap = ' '.repeat(Math.max(1, WIDTH - 1 - mark.length - name.length - figures.length));
  // A failure is told at the end, with its witness.
  const isToldHere = verdict === 'SKIPPED' || verdict === 'INCONCLUSIVE' || verdict === 'VOID';
  return [
    `${paint(style, mark)} ${name}${gap}${paint('dim', figures)}`,
    ...indented(plain(title)),
    ...[...(isToldHere ? [reason] : []), ...remarks].flatMap((line) =>
      indented(plain(line)).map((each) => paint('dim', each)),
    ),
  ];
}

function failureLines(check: CheckResult, paint: Paint): string[] {
  const { verdict, id, severity, requirements, reason, broken, reproduce } = check;
  const style = VERDICT_STYLE[verdict as Outcome];
  const [first, ...others] = broken;
  const { sentences = [], exchanges = [], files = [] } = first?.witness ?? {};
  return [
    `${paint(style, `${MARK[verdict]} ${verdict}`)} ${paint('bold', plain(id))}  ${severity}, ${plain(requirements.join(' '))}`,
    ...indented(plain(reason)),
    ...(sentences.length > 0 ? [''] : []),
    ...sentences.flatMap((sentence) => indented(plain(sentence))),
    ...(exchanges.length > 0 ? [''] : []),
    // Not wrapped: a command is there to be copied.
    ...exchanges.flatMap((each) => [`${INDENT}${plain(each.curl)}`, ...indented(plain(responseLine(each)))]),
    ...files.map((file) => `${INDENT}see ${plain(file)}`),
    ...(others.length > 0 ? indented(`and ${others.length} more, in summary.md`) : []),
    '',
    `${INDENT}${paint('bold', plain(reproduce))}`,
  ];
}

function verdictLines(result: ConformanceResult, paint: Paint): string[] {
  const { verdict, checks, startedAt, finishedAt, runId, reproduce, cleanUp, doubts, target } = result;
  const tally = verdictCounts(checks).map(([each, count]) => `${count} ${each}`);
  const seconds = formatSeconds((Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000);
  const decidedBy = verdict.decidedBy === 'none' ? '' : `  decided by ${plain(verdict.decidedBy)}`;
  return [
    `${paint(VERDICT_STYLE[verdict.outcome], `${MARK[verdict.outcome]} ${verdict.outcome}`)}${decidedBy}`,
    ...wrapped(plain(verdict.reason), WIDTH),
    '',
    labelled(paint, 'Checks', `${tally.join(', ') || 'none was run'}, in ${seconds}`),
    ...list(paint, 'Skipped', skipReasons(checks)),
    ...list(paint, 'Promises', promiseLines(result)),
    ...list(paint, 'Doubts', doubts),
    labelled(paint, 'Target', plain(describedTarget(target))),
    ...(cleanUp ? [labelled(paint, 'Cleaned up', cleanUpText(cleanUp))] : []),
    labelled(paint, 'Report', `./${RUNS_FOLDER}/${runId}/`),
    labelled(paint, 'Run again', plain(reproduce)),
  ];
}

function cleanUpText({ removed, left }: NonNullable<ConformanceResult['cleanUp']>): string {
  const [first] = left;
  if (!first) return `${removed} documents removed, none left`;
  const example = `${first.collection}/${first.id} of ${first.account}, because ${first.why}`;
  return plain(`${removed} documents removed, ${left.length} left, as ${example}; all are in result.json`);
}

/** `9 held`, `1 broken: versions`: those that were held need no names. */
function promiseLines({ promises }: ConformanceResult): string[] {
  return [...Map.groupBy(promises, ({ state }) => state)].map(([state, those]) =>
    state === 'held'
      ? `${those.length} held`
      : `${those.length} ${state}: ${those.map(({ name }) => name).join(', ')}`,
  );
}

/** `12: needs planned faults`, the commonest first; which checks they are is told in their areas. */
function skipReasons(checks: readonly CheckResult[]): string[] {
  const skipped = Map.groupBy(
    checks.filter(({ verdict }) => verdict === 'SKIPPED'),
    ({ reason }) => reason,
  );
  return [...skipped]
    .toSorted(([, some], [, others]) => others.length - some.length)
    .map(([reason, { length }]) => `${length}: ${reason}`);
}

function list(paint: Paint, label: string, items: readonly string[]): string[] {
  return items
    .flatMap((item) => wrapped(plain(item), WIDTH - LABEL_WIDTH))
    .map((line, index) => labelled(paint, index === 0 ? label : '', line));
}

const indented = (text: string): string[] =>
  wrapped(text, WIDTH - INDENT.length).map((line) => `${INDENT}${line}`);

/** Breaks a line between words, so that each part has at most `width` characters; a longer word has a line of its own. */
function wrapped(line: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of line.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
