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
/** A longer line is hard to read; a terminal narrower than the least one breaks lines by itself. */
const [LEAST_COLUMNS, MOST_COLUMNS] = [40, 100];
const LABEL_WIDTH = 14;
const INDENT = '    ';

/** @param colour whether to emit ANSI styles; words carry the meaning either way */
export const painter =
  (colour: boolean): Paint =>
  (style, text) =>
    colour ? styleText(style, text, { validateStream: false }) : text;

/** Text from a result cannot move the cursor or colour the terminal: control sequences are removed. */
export const plain = (text: string) => stripVTControlCharacters(text).replaceAll(/\s+/g, ' ');

interface Terminal {
  /** Whether to emit ANSI styles; words carry the meaning either way. */
  readonly colour: boolean;
  /** Characters in a line. */
  readonly columns: number;
  /** The folder of the run, where that is not below reports/runs. */
  readonly folder?: string | undefined;
}

/** What a stream can show; a file, or a pipe, has no columns of its own. */
export const terminalOf = (stream: Partial<Pick<NodeJS.WriteStream, 'hasColors' | 'columns'>>): Terminal => ({
  colour: stream.hasColors?.() ?? false,
  columns: stream.columns ?? MOST_COLUMNS,
});

/** How a part of the report is written: in styles, and in lines of so many characters. */
interface Pen {
  readonly paint: Paint;
  readonly width: number;
}

/**
 * The terminal summary of a run, ending without a line break. A page begins with what matters, a terminal ends with it: the
 * details, the sections from the last to the first, then the verdict and the answers, where the eye is.
 */
export function renderConsole(report: Report, { colour, columns, folder }: Terminal): string {
  const paint = painter(colour);
  const width = Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns));
  const pen = { paint, width };
  const { verdict, decision, opening, sections, runId, reproduce } = report;
  const { outcome, reason, decidedBy } = verdict;
  return [
    ...sections
      .toReversed()
      .flatMap(({ blocks }) => blocksFor('terminal', blocks, []))
      .flatMap((block) => [...(block.kind === 'statement' ? [] : ['']), ...linesOf(block, pen)]),
    '',
    `${paint(VERDICT_STYLE[outcome], `${VERDICT_MARK[outcome]} ${outcome}`)}${decidedBy === 'none' ? '' : `  decided by ${plain(decidedBy)}`}`,
    ...wrapped(reason, width),
    ...(decision ? labelled(pen, 'Decision', [decision.choice, decision.sentence]) : []),
    ...blocksFor('terminal', opening, ['page', 'summary', 'terminal']).flatMap((block) =>
      linesOf(block, pen),
    ),
    ...labelled(pen, 'Report', [`${folder ?? runFolder('.', runId)}/report.html`]),
    // Not wrapped: a command is there to be copied.
    `${paint('dim', 'Run again'.padEnd(LABEL_WIDTH))}${plain(reproduce)}`,
  ].join('\n');
}

function linesOf(block: ReportBlock, pen: Pen): string[] {
  const { paint, width } = pen;
  switch (block.kind) {
    case 'statement':
      return block.label
        ? labelled(pen, block.label, block.lines)
        : block.lines.flatMap((line) => wrapped(line, width));
    case 'figures':
      return labelled(pen, block.label, [block.figures.map((figure) => figure.join(' ')).join('; ')], 'bold');
    case 'table': {
      const { title, paragraphs } = block;
      const shown = tableFor('terminal', block);
      return [
        ...(title ? [paint('bold', plain(title))] : []),
        ...(paragraphs ? paragraphsOf(shown, pen) : tableLines(shown, pen)),
      ];
    }
    case 'evidence':
      return evidence(block, pen);
    case 'facts':
    case 'chart':
      return [];
  }
}

function labelled({ paint, width }: Pen, label: string, lines: readonly string[], style?: Style): string[] {
  return lines
    .flatMap((line) => wrapped(line, width - LABEL_WIDTH))
    .map(
      (line, index) =>
        `${paint('dim', (index === 0 ? label : '').padEnd(LABEL_WIDTH))}${style ? paint(style, line) : line}`,
    );
}

/** What is bad is red. A table that is wider than the terminal is told row by row, each value after its column's name. */
function tableLines({ columns, rows }: Table, { paint, width }: Pen): string[] {
  const texts = [
    columns.map(([head]) => head),
    ...rows.map((row) => row.map((value) => plain(partsOf(value).lines.join(' ')))),
  ];
  const widths = columns.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  const isBad = (index: number): boolean =>
    rows[index]?.some((value) => partsOf(value).tone === 'bad') ?? false;
  if (widths.reduce((sum, each) => sum + each + 2, -2) > width)
    return texts.slice(1).flatMap((row, index) => {
      const [first = '', ...others] = row.flatMap((text, column) =>
        text === '' ? [] : [[columns[column]?.[0], text].filter((part) => part !== '').join(': ')],
      );
      const lines = [...wrapped(first, width), ...others.flatMap((text) => indented(text, width))];
      return isBad(index) ? lines.map((line) => paint('red', line)) : lines;
    });
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
    return isBad(index - 1) ? paint('red', line) : line;
  });
}

/** A row as a paragraph: its state and id with its figures to the right, then its name, then its other words. */
function paragraphsOf({ columns, rows }: Table, { paint, width }: Pen): string[] {
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
    const gap = ' '.repeat(Math.max(1, width - 1 - mark.length - name.length - end.length));
    return [
      `${paint(TONE_STYLE[tone], mark)} ${name}${gap}${paint('dim', end)}`,
      ...(first?.lines ?? []).flatMap((line) => indented(line, width)),
      ...words
        .flatMap(({ lines }) => lines.flatMap((line) => indented(line, width)))
        .map((line) => paint('dim', line)),
    ];
  });
}

function evidence(
  { outcome, id, about, reason, sentences, exchanges, files, others, reproduce }: EvidenceBlock,
  { paint, width }: Pen,
): string[] {
  const inset = (text: string): string[] => indented(text, width);
  return [
    `${paint(VERDICT_STYLE[outcome], `${VERDICT_MARK[outcome]} ${outcome}`)} ${paint('bold', plain(id))}`,
    ...inset(about),
    ...inset(reason),
    ...(sentences.length > 0 ? ['', ...sentences.flatMap(inset)] : []),
    ...(exchanges.length > 0 ? [''] : []),
    ...exchanges.flatMap(({ command, response }) => [`${INDENT}${plain(command)}`, ...inset(response)]),
    ...files.map(({ path }) => `${INDENT}see ${plain(path)}`),
    ...(others.length > 0 ? inset(`and ${others.length} more, in summary.md`) : []),
    '',
    `${INDENT}${paint('bold', plain(reproduce))}`,
  ];
}

const indented = (text: string, width: number): string[] =>
  wrapped(text, width - INDENT.length).map((line) => `${INDENT}${line}`);

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
