import type { Outcome } from '../schema/index.ts';

export const MARKDOWN_MARK: Readonly<Record<Outcome, string>> = {
  PASS: '✅',
  FAIL: '❌',
  INCONCLUSIVE: '⚠️',
  VOID: '🚫',
};

/** Any ASCII punctuation may be escaped with a backslash (CommonMark 0.31, section 2.4). */
export const escapeMarkdown = (value: string) => oneLine(value).replaceAll(/[\\`*_[\]<>|~&#@]/g, '\\$&');
export const oneLine = (value: string) => value.replaceAll(/\s+/g, ' ');

export const loud = (word: string, alarm: string) => (word === alarm ? `**${word}**` : word);

export type Align = 'left' | 'right';

export function markdownTable(
  heads: readonly (readonly [string, Align])[],
  rows: readonly string[][],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(heads.map(([head]) => head)),
    line(heads.map(([, align]) => (align === 'right' ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

/** The fence is longer than any run of backticks inside it (CommonMark 0.31, section 4.5). */
export function fenced(language: string, lines: readonly string[]): string {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length),
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join('\n');
}
