import type { Outcome } from '../schema/index.ts';
import type { Chart } from './chart.ts';

/** The forms of a report: report.html, summary.md and what the terminal shows, which is short. */
export type Medium = 'page' | 'summary' | 'terminal';

export type Tone = 'good' | 'bad' | 'quiet';

/** Text alone, or with its tone, the id of what it names, or where it leads below the page's folder. */
export type Text =
  | string
  | { readonly text: string; readonly tone?: Tone; readonly id?: string; readonly href?: string };

/** Several strings are a line each. */
export type TableValue = Text | readonly string[];

/** A table with a column of given width keeps all its widths; a column that names media is left out elsewhere. */
export type Column = readonly [
  head: string,
  align: 'left' | 'right',
  options?: { readonly widthPercent?: number; readonly in?: readonly Medium[] },
];

/** Columns of words, by their heads. */
export const wordColumns = (...heads: string[]): Column[] => heads.map((head) => [head, 'left']);
/** Columns of figures, by their heads. */
export const figureColumns = (...heads: string[]): Column[] => heads.map((head) => [head, 'right']);

/** The first column names the row; figures stand to the right. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly TableValue[])[];
}

export type StatementBlock = {
  readonly kind: 'statement';
  readonly label?: string;
  readonly lines: readonly string[];
};

/** What shows that a check did not pass. */
export interface EvidenceBlock {
  readonly kind: 'evidence';
  readonly outcome: Outcome;
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly reason: string;
  readonly sentences: readonly string[];
  /** As a shell takes it, with what came back. */
  readonly exchanges: readonly { readonly command: string; readonly response: string }[];
  /** Paths below the run's folder; a picture is a data URI. */
  readonly files: readonly { readonly path: string; readonly picture?: string | undefined }[];
  readonly others: readonly string[];
  readonly reproduce: string;
}

/**
 * One thing that a report says: data, which a renderer for each medium gives its form. Where nothing is named, the opening of a
 * report is in every medium, and its sections are in all but the terminal.
 */
export type ReportBlock = { readonly in?: readonly Medium[] } & (
  | StatementBlock
  | EvidenceBlock
  | { readonly kind: 'figures'; readonly label: string; readonly figures: readonly Headline[] }
  | { readonly kind: 'facts'; readonly title?: string; readonly facts: readonly Fact[] }
  | ({
      readonly kind: 'table';
      readonly title?: string;
      readonly explained?: string;
      /** On a page the table unfolds, under these words. */
      readonly fold?: string;
      /** In the terminal the rows are paragraphs: mark and id with the figures, and below them the words. */
      readonly paragraphs?: true;
    } & Table)
  | ({ readonly kind: 'chart' } & Chart)
);

export type Headline = readonly [value: string, meaning: string];
export type Fact = readonly [term: string, value: TableValue];

export interface Section {
  readonly id: string;
  readonly title: string;
  /** In a summary the section unfolds: it stands behind the answers. */
  readonly folded?: true;
  readonly blocks: readonly ReportBlock[];
}

/** A report of any kind, made once for all media. */
export interface Report {
  /** As in `capacity run`. */
  readonly name: string;
  readonly runId: string;
  readonly startedAt: string;
  readonly verdict: {
    readonly outcome: Outcome;
    readonly reason: string;
    /** `none` when nothing spoke against the run. */
    readonly decidedBy: string;
  };
  /** What follows from the run, where something does: it leads then, and the verdict says what it rests on. */
  readonly decision?: { readonly choice: string; readonly sentence: string } | undefined;
  /** The answers, in the order in which they are asked. */
  readonly opening: readonly ReportBlock[];
  readonly sections: readonly Section[];
  /** The one command that repeats the run. */
  readonly reproduce: string;
  /** Which schema the result follows, and what lies beside the report. */
  readonly origin: string;
}

/** @param lines none: there is nothing to say, and no block */
export const statement = (
  label: string | undefined,
  lines: readonly string[],
  media?: readonly Medium[],
): ReportBlock[] =>
  lines.length === 0
    ? []
    : [{ kind: 'statement', ...(label && { label }), lines, ...(media && { in: media }) }];

/** @param those none: no block */
export const figures = (label: string, those: readonly Headline[]): ReportBlock[] =>
  those.length === 0 ? [] : [{ kind: 'figures', label, figures: those }];

/** A paragraph. */
export const note = (text: string): ReportBlock => ({ kind: 'statement', lines: [text] });

/** @param options a title is shown above the table; without a row there is no block */
export const table = (
  content: Table,
  options: Omit<Extract<ReportBlock, { kind: 'table' }>, 'kind' | keyof Table> = {},
): ReportBlock[] => (content.rows.length === 0 ? [] : [{ kind: 'table', ...content, ...options }]);

/** The blocks of a part of a report that a medium shows. */
export const blocksFor = (
  medium: Medium,
  blocks: readonly ReportBlock[],
  unlessNamed: readonly Medium[] = ['page', 'summary'],
): ReportBlock[] => blocks.filter((block) => (block.in ?? unlessNamed).includes(medium));

/** The table as a medium shows it, without the columns of the others. */
export function tableFor<Content extends Table>(medium: Medium, content: Content): Content {
  const isShown = content.columns.map(([, , options]) => options?.in?.includes(medium) ?? true);
  return {
    ...content,
    columns: content.columns.filter((_, index) => isShown[index]),
    rows: content.rows.map((row) => row.filter((_, index) => isShown[index])),
  };
}

const isLines = (value: TableValue): value is readonly string[] => Array.isArray(value);

/** The lines of a value, and what else it is. */
export const partsOf = (
  value: TableValue,
): { lines: readonly string[]; tone?: Tone; id?: string; href?: string } =>
  typeof value === 'string'
    ? { lines: [value] }
    : isLines(value)
      ? { lines: value }
      : { ...value, lines: [value.text] };
