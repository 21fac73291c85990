import { html } from 'hono/html';
import {
  type EvidenceBlock,
  type Fact,
  type Headline,
  partsOf,
  type ReportBlock,
  type StatementBlock,
  sentence,
  type Table,
  type TableValue,
  type Tone,
  tableFor,
} from '../../document/index.ts';
import { figure, type Html } from './charts/index.ts';

/** The last exchanges show the failure; result.json has all of them. */
const EXCHANGES_SHOWN = 4;
const STATEMENTS_SHOWN = 20;

/** A block as part of a section. */
export function blockOf(block: ReportBlock): Html {
  switch (block.kind) {
    case 'statement':
      return statement(block);
    case 'figures':
      return headlines(block.figures);
    case 'facts':
      return html`${block.title && html`<h3>${block.title}</h3>`}${facts(block.facts)}`;
    case 'table': {
      const { title, explained, fold } = block;
      const shown = html`${title && html`<h3>${title}</h3>`}${explained && html`<p>${explained}</p>`}${table(tableFor('page', block))}`;
      return fold ? html`<details><summary>${fold}</summary>${shown}</details>` : shown;
    }
    case 'chart':
      return figure(block);
    case 'evidence':
      return evidence(block);
  }
}

/** One line is a paragraph, or what its label says of the section; several are a list. */
function statement({ label, lines }: StatementBlock): Html {
  if (label) return html`<p class="proof">${label}: ${sentence(lines.join('; '))}</p>`;
  const [only, ...others] = lines;
  return others.length === 0 ? html`<p>${only}</p>` : list('plain', lines);
}

const list = (name: string, lines: readonly string[]): Html =>
  html`<ul class="${name}">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;

/** The first figure leads. */
export const headlines = (those: readonly Headline[]): Html =>
  html`<dl class="numbers">${those.map(
    ([value, meaning], index) =>
      html`<div class="${index === 0 ? 'leading' : ''}"><dt>${meaning}</dt><dd>${value}</dd></div>`,
  )}</dl>`;

const facts = (pairs: readonly Fact[]): Html =>
  html`<dl class="facts">${pairs.map(
    ([term, value]) => html`<div><dt>${term}</dt><dd>${markupOf(value, 'together')}</dd></div>`,
  )}</dl>`;

const MARK: Readonly<Record<Tone, string>> = { good: '✓ ', bad: '✗ ', quiet: '' };

/** A word with a tone has a mark besides its colour; the word carries the meaning. */
function markupOf(value: TableValue, lineClass: 'why' | 'together'): Html | string {
  const { lines, tone, id, href } = partsOf(value);
  const [text = ''] = lines;
  if (Array.isArray(value))
    return html`${lines.map((line) => html`<span class="${lineClass}">${line}</span> `)}`;
  if (tone)
    return html`<span class="status ${tone}"><span aria-hidden="true">${MARK[tone]}</span>${text}</span>`;
  if (href) return html`<a href="${href}">${text}</a>`;
  return id ? html`${text}<br><code>${id}</code>` : text;
}

/** A table whose first column names the row; on a narrow screen it scrolls by itself, by keyboard too. */
function table({ caption, columns, rows }: Table): Html {
  const hasWidths = columns.some(([, , options]) => options?.widthPercent);
  const name = (index: number) => (columns[index]?.[1] === 'right' ? 'numeric' : 'words');
  return html`<div class="scroll${hasWidths && ' fixed'}" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption class="unseen">${caption}</caption>
      ${hasWidths && html`<colgroup>${columns.map(([, , options]) => html`<col${options?.widthPercent && html` style="width: ${options.widthPercent}%"`}>`)}</colgroup>`}
      <thead><tr>${columns.map(([head], index) => html`<th scope="col" class="${name(index)}">${head}</th>`)}</tr></thead>
      <tbody>${rows.map(
        (row) =>
          html`<tr>${row.map((value, index) =>
            index === 0
              ? html`<th scope="row" class="${name(index)}">${markupOf(value, 'why')}</th>`
              : html`<td class="${name(index)}">${markupOf(value, 'why')}</td>`,
          )}</tr>`,
      )}</tbody>
    </table>
  </div>`;
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
}: EvidenceBlock): Html {
  const shown = exchanges.slice(-EXCHANGES_SHOWN);
  const earlier = exchanges.length - shown.length;
  const rest = others.length - STATEMENTS_SHOWN;
  return html`<article>
<h3><span class="bad">${outcome}</span> ${title}</h3>
<p class="decided"><code>${id}</code> ${about}</p>
<p class="proof">${reason}</p>
${sentences.length > 0 && list('plain', sentences)}
${files.map(
  ({ picture }) =>
    picture &&
    html`<figure class="scroll" role="region" aria-label="Timeline of the failure" tabindex="0"><img class="timeline" src="${picture}" alt="Timeline: ${sentences.join(' ')}"></figure>`,
)}
${earlier > 0 && html`<p>${earlier} earlier requests are in result.json.</p>`}
${shown.map(({ command, response }) => html`<pre><code>${command}\n${response}</code></pre>`)}
${files.length > 0 && html`<p>Files: ${files.map(({ path }) => html`<a href="./${encodeURI(path)}">${path}</a> `)}</p>`}
${
  others.length > 0 &&
  html`<details><summary>More that broke: ${others.length}</summary>${list('', others.slice(0, STATEMENTS_SHOWN))}${rest > 0 && html`<p>${rest} more are in result.json.</p>`}</details>`
}
<pre><code>${reproduce}</code></pre>
</article>`;
}
