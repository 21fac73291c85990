import { html, raw } from 'hono/html';
import type { Table } from '../../document/index.ts';
import { styles } from './styles.ts';

/** Escaped markup; only `renderHtml` awaits it, the parts just nest. */
export type Html = ReturnType<typeof html>;

export type Column<Row> = { head: string; cell: (row: Row) => unknown; numeric?: boolean };

/** A table whose first column names the row; on a narrow screen it scrolls by itself, by keyboard too. */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const align = ({ numeric }: Column<Row>) => (numeric ? 'numeric' : 'words');
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${columns.map((column) => html`<th scope="col" class="${align(column)}">${column.head}</th>`)}</tr></thead>
      <tbody>${rows.map(
        (row) =>
          html`<tr>${columns.map((column, index) =>
            index === 0
              ? html`<th scope="row" class="${align(column)}">${column.cell(row)}</th>`
              : html`<td class="${align(column)}">${column.cell(row)}</td>`,
          )}</tr>`,
      )}</tbody>
    </table>
  </div>`;
}

/** A table that is text alone. */
export function textTable({ caption, columns, rows }: Table): Html {
  return table(
    caption,
    columns.map(([head, align], index) => ({
      head,
      cell: (row: readonly string[]) => row[index],
      numeric: align === 'right',
    })),
    rows,
  );
}

export type Fact = readonly [term: string, value: unknown];

export function facts(pairs: readonly Fact[]): Html {
  return html`<dl class="facts">${pairs.map(
    ([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

/** Statements, a line each. */
export function lines(statements: readonly string[]): Html {
  return html`<ul class="plain">${statements.map((statement) => html`<li>${statement}</li>`)}</ul>`;
}

export type Section = { id: string; title: string; body: Html };

/** A good or bad word with its mark, coloured; the word carries the meaning. */
export function status(word: string, tone: 'good' | 'bad' | 'quiet'): Html {
  const mark = { good: '✓ ', bad: '✗ ', quiet: '' }[tone];
  return html`<span class="status ${tone}"><span aria-hidden="true">${mark}</span>${word}</span>`;
}

/** The policy forbids the page every request, and any script, whatever a string in the result holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export function page(options: {
  title: string;
  outcome: string;
  header: Html;
  overview: Html;
  sections: readonly Section[];
  footer: Html;
}): Html {
  const { title, outcome, header, overview, sections, footer } = options;
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(styles)}</style>
</head>
<body class="outcome-${outcome.toLowerCase()}">
<a class="skip" href="#report">Skip to the report</a>
<header class="top">${header}</header>
<main id="report">
${overview}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${sections.map(
  ({ id, title, body }) =>
    html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`,
)}
</main>
<footer>${footer}</footer>
</body>
</html>
`;
}
