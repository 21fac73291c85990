import { stripVTControlCharacters, styleText } from 'node:util';
import {
  blocksFor,
  type EvidenceBlock,
  partsOf,
  type Report,
  type ReportBlock,
  type Table,
  type Tone,
  tableFor,
  VERDICT_MARK,
} from '../document/index.ts';
import type { Outcome } from '../schema/index.ts';
import { runFolder } from '../store/index.ts';

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

export const VERDICT_STYLE: Readonly<Record<Outcome, Style>> = {
  PASS: ['bold', 'green'],
  FAIL: ['bold', 'red'],
  INCONCLUSIVE: ['bold', 'yellow'],
  VOID: ['bold', 'magenta'],
};
const TONE_STYLE: Readonly<Record<Tone, Style>> = {
  good: ['bold', 'green'],
  bad: ['bold', 'red'],
  quiet: 'dim',
};
const TONE_MARK: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', quiet: '-' };
const WIDTH = 100;
const LABEL_WIDTH = 14;
const INDENT = '    ';

/** @param colour whether to emit ANSI styles; words carry the meaning either way */
export const painter =
  (colour: boolean): Paint =>
  (style, text) =>
    colour ? styleText(style, text, { validateStream: false }) : text;

/** Text from a result cannot move the cursor or colour the terminal: control sequences are removed. */
export const plain = (text: string) => stripVTControlCharacters(text).replaceAll(/\s+/g, ' ');

/**
 * The terminal summary of a run, ending without a line break. A page begins with what matters, a terminal ends with it: the
 * details, the sections from the last to the first, then the verdict and the answers, where the eye is.
 *
 * @param colour whether to emit ANSI styles; the words carry the verdict either way
 */
export function renderConsole(report: Report, { colour }: { colour: boolean }): string {
  const paint = painter(colour);
  const { verdict, decision, opening, sections, runId, reproduce } = report;
  const { outcome, reason, decidedBy } = verdict;
  return [
    ...sections
      .toReversed()
      .flatMap(({ blocks }) => blocksFor('terminal', blocks, []))
      .flatMap((block) => [...(block.kind === 'statement' ? [] : ['']), ...linesOf(block, paint)]),
    '',
    `${paint(VERDICT_STYLE[outcome], `${VERDICT_MARK[outcome]} ${outcome}`)}${decidedBy === 'none' ? '' : `  decided by ${plain(decidedBy)}`}`,
    ...wrapped(reason, WIDTH),
    ...(decision ? labelled(paint, 'Decision', [decision.choice, decision.sentence]) : []),
    ...blocksFor('terminal', opening, ['page', 'summary', 'terminal']).flatMap((block) =>
      linesOf(block, paint),
    ),
    ...labelled(paint, 'Report', [`${runFolder('.', runId)}/report.html`]),
    // Not wrapped: a command is there to be copied.
    `${paint('dim', 'Run again'.padEnd(LABEL_WIDTH))}${plain(reproduce)}`,
  ].join('\n');
}

function linesOf(block: ReportBlock, paint: Paint): string[] {
  switch (block.kind) {
    case 'statement':
      return block.label
        ? labelled(paint, block.label, block.lines)
        : block.lines.flatMap((line) => wrapped(line, WIDTH));
    case 'figures':
      return labelled(
        paint,
        block.label,
        [block.figures.map((figure) => figure.join(' ')).join('; ')],
        'bold',
      );
    case 'table': {
      const { title, paragraphs } = block;
      const shown = tableFor('terminal', block);
      return [
        ...(title ? [paint('bold', plain(title))] : []),
        ...(paragraphs ? paragraphsOf(shown, paint) : tableLines(shown, paint)),
      ];
    }
    case 'evidence':
      return evidence(block, paint);
    case 'facts':
    case 'chart':
      return [];
  }
}

function labelled(paint: Paint, label: string, lines: readonly string[], style?: Style): string[] {
  return lines
    .flatMap((line) => wrapped(line, WIDTH - LABEL_WIDTH))
    .map(
      (line, index) =>
        `${paint('dim', (index === 0 ? label : '').padEnd(LABEL_WIDTH))}${style ? paint(style, line) : line}`,
    );
}

/** What is bad is red. */
function tableLines({ columns, rows }: Table, paint: Paint): string[] {
  const texts = [
    columns.map(([head]) => head),
    ...rows.map((row) => row.map((value) => plain(partsOf(value).lines.join(' ')))),
  ];
  const widths = columns.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  return texts.map((row, index) => {
    const line = row
      .map((text, column) =>
        columns[column]?.[1] === 'right'
          ? text.padStart(widths[column] ?? 0)
          : text.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
    if (index === 0) return paint('dim', line);
    return rows[index - 1]?.some((value) => partsOf(value).tone === 'bad') ? paint('red', line) : line;
  });
}

/** A row as a paragraph: its state and id with its figures to the right, then its name, then its other words. */
function paragraphsOf({ columns, rows }: Table, paint: Paint): string[] {
  return rows.flatMap((row) => {
    const [first, ...others] = row.map(partsOf);
    const state = others.find(({ tone }) => tone);
    const tone = state?.tone ?? 'quiet';
    const mark = [TONE_MARK[tone], ...(tone === 'good' ? [] : (state?.lines ?? []))].join(' ');
    const figures = others
      .filter((_, index) => columns[index + 1]?.[1] === 'right')
      .map(({ lines }) => lines.join(' ').padStart(8));
    const words = others.filter((other, index) => columns[index + 1]?.[1] === 'left' && other !== state);
    const name = plain(first?.id ?? '');
    const end = figures.join(' ');
    const gap = ' '.repeat(Math.max(1, WIDTH - 1 - mark.length - name.length - end.length));
    return [
      `${paint(TONE_STYLE[tone], mark)} ${name}${gap}${paint('dim', end)}`,
      ...(first?.lines ?? []).flatMap(indented),
      ...words.flatMap(({ lines }) => lines.flatMap(indented)).map((line) => paint('dim', line)),
    ];
  });
}

function evidence(
  { outcome, id, about, reason, sentences, exchanges, files, others, reproduce }: EvidenceBlock,
  paint: Paint,
): string[] {
  return [
    `${paint(VERDICT_STYLE[outcome], `${VERDICT_MARK[outcome]} ${outcome}`)} ${paint('bold', plain(id))}`,
    ...indented(about),
    ...indented(reason),
    ...(sentences.length > 0 ? ['', ...sentences.flatMap(indented)] : []),
    ...(exchanges.length > 0 ? [''] : []),
    ...exchanges.flatMap(({ command, response }) => [`${INDENT}${plain(command)}`, ...indented(response)]),
    ...files.map(({ path }) => `${INDENT}see ${plain(path)}`),
    ...(others.length > 0 ? indented(`and ${others.length} more, in summary.md`) : []),
    '',
    `${INDENT}${paint('bold', plain(reproduce))}`,
  ];
}

const indented = (text: string): string[] =>
  wrapped(text, WIDTH - INDENT.length).map((line) => `${INDENT}${line}`);

/** Breaks a line between words, so that each part has at most `width` characters; a longer word has a line of its own. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of plain(text).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
