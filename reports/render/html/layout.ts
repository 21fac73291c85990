import { html, raw } from 'hono/html';
import type { Section } from '../../document/index.ts';
import { blockOf } from './blocks.ts';
import type { Html } from './charts/index.ts';
import { styles } from './styles.ts';

/** The policy forbids the page every request, and any script, whatever a string in the result holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** One self-contained page without script or request. The same parts give the same bytes. */
export async function page(options: {
  /** As browsers show it; `heading` is what the page begins with, and `opening` its first screen. */
  title: string;
  outcome: string;
  name: string;
  about: string;
  heading: Html | string;
  opening: readonly (Html | '')[];
  sections: readonly Section[];
  footer: string;
}): Promise<string> {
  const { title, outcome, name, about, heading, opening, sections, footer } = options;
  const document = await html`<!doctype html>
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
<header class="top"><span><strong>shardproof</strong> ${name}</span><span>${about}</span></header>
<main id="report">
<div class="overview">
<h1>${heading}</h1>
${opening}
</div>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${sections.map(
  ({ id, title, blocks }) =>
    html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${blocks.map(blockOf)}</section>`,
)}
</main>
<footer>${footer}</footer>
</body>
</html>
`;
  return document.toString();
}
