import { html } from 'hono/html';
import { requirementText } from '../../document/index.ts';
import type { Html, Section } from '../../render/html/index.ts';
import type { CheckResult, ConformanceResult, ConformanceWitness } from '../../schema/index.ts';
import { responseLine } from '../witness-lines.ts';

/** Pictures share the page's 600 KB with everything else; what does not fit is linked. */
const PICTURES_BYTES_MAX = 300_000;
/** The last exchange shows the failure; result.json has all of them. */
const EXCHANGES_SHOWN = 4;
const STATEMENTS_SHOWN = 20;

/** Checks that did not pass, the failed ones first, each with its witness and the command that repeats it. */
export function failures(
  { checks }: ConformanceResult,
  attachments: Readonly<Record<string, string>>,
): Section[] {
  const those = (['FAIL', 'VOID', 'INCONCLUSIVE'] as const).flatMap((wanted) =>
    checks.filter(({ verdict }) => verdict === wanted),
  );
  if (those.length === 0) return [];
  const pictures = picturesOf(those, attachments);
  return [
    {
      id: 'failures',
      title: 'What does not hold',
      body: html`${those.map((check) => failure(check, pictures))}`,
    },
  ];
}

function failure(check: CheckResult, pictures: ReadonlyMap<string, string>): Html {
  const { id, verdict, title, severity, requirements, reason, broken, reproduce } = check;
  const [first, ...others] = broken;
  return html`<article>
<h3><span class="bad">${verdict}</span> ${title}</h3>
<p class="decided"><code>${id}</code> ${severity}, requirements ${requirements.map(requirementText).join(', ')}</p>
<p class="proof">${reason}</p>
${first?.witness && witnessOf(first.witness, pictures)}
${others.length > 0 && moreOf(others.map(({ text }) => text))}
<pre><code>${reproduce}</code></pre>
</article>`;
}

function witnessOf(
  { sentences, exchanges, files }: ConformanceWitness,
  pictures: ReadonlyMap<string, string>,
): Html {
  const shown = exchanges.slice(-EXCHANGES_SHOWN);
  const earlier = exchanges.length - shown.length;
  return html`<ul class="plain">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
${files.map((file) => pictureOf(file, sentences, pictures))}
${earlier > 0 && html`<p>${earlier} earlier requests are in result.json.</p>`}
${shown.map((each) => html`<pre><code>${each.curl}\n${responseLine(each)}</code></pre>`)}
${files.length > 0 && html`<p class="basis">Files: ${files.map((file) => html`<a href="./${encodeURI(file)}">${file}</a> `)}</p>`}`;
}

function pictureOf(
  file: string,
  sentences: readonly string[],
  pictures: ReadonlyMap<string, string>,
): Html | '' {
  const data = pictures.get(file);
  if (data === undefined) return '';
  return html`<figure class="scroll" role="region" aria-label="Timeline of the failure" tabindex="0"><img class="timeline" src="${data}" alt="Timeline: ${sentences.join(' ')}"></figure>`;
}

const moreOf = (texts: readonly string[]): Html => {
  const rest = texts.length - STATEMENTS_SHOWN;
  return html`<details><summary>More that broke: ${texts.length}</summary><ul>${texts
    .slice(0, STATEMENTS_SHOWN)
    .map(
      (text) => html`<li>${text}</li>`,
    )}</ul>${rest > 0 && html`<p>${rest} more are in result.json.</p>`}</details>`;
};

/** Drawn timelines as data URIs: in an image an SVG can neither run a script nor fetch anything (SVG 2, section 2.2). */
function picturesOf(
  checks: readonly CheckResult[],
  attachments: Readonly<Record<string, string>>,
): Map<string, string> {
  const pictures = new Map<string, string>();
  let bytes = 0;
  for (const file of checks.flatMap(({ broken }) => broken[0]?.witness?.files ?? [])) {
    const svg = attachments[file];
    if (svg === undefined || !file.endsWith('.svg')) continue;
    const data = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
    if (bytes + data.length > PICTURES_BYTES_MAX) continue;
    bytes += data.length;
    pictures.set(file, data);
  }
  return pictures;
}
