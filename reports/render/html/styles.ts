/** The one style sheet. Every colour is a variable, so that light, dark and print differ in one place. */
const light = `
  --paper: #fdfdfc; --panel: #f5f6f5; --ink: #1a1e23; --quiet: #59626d; --line: #dfe2e5; --faint: #eceeef;
  --accent: #2a5cc4; --second: #7b8794; --good: #146c43; --bad: #b3261e;
  --pass: #146c43; --fail: #b3261e; --inconclusive: #855400; --void: #5d4a8a;
  --part-1: #2a5cc4; --part-2: #0f766e; --part-3: #8a5a00; --part-4: #7a4bb5; --part-5: #59626d; --part-6: #a83a1f;`;
const dark = `
  --paper: #14171a; --panel: #1c2024; --ink: #e7eaed; --quiet: #a0a9b3; --line: #343a41; --faint: #24292e;
  --accent: #8ab0ff; --second: #8b96a3; --good: #67cf9a; --bad: #ff8f85;
  --pass: #67cf9a; --fail: #ff8f85; --inconclusive: #eebd62; --void: #bcaaf0;
  --part-1: #8ab0ff; --part-2: #5fd0c5; --part-3: #e6b450; --part-4: #c3a6f5; --part-5: #a0a9b3; --part-6: #ff9c82;`;

export const styles = `
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.outcome-pass { --verdict: var(--pass); } .outcome-fail { --verdict: var(--fail); }
.outcome-inconclusive { --verdict: var(--inconclusive); } .outcome-void { --verdict: var(--void); } .outcome-none { --verdict: var(--ink); }
.top, main, footer { max-width: 1080px; margin: 0 auto; padding: 0 24px; }
a { color: var(--accent); text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .875em; }
code, p, li, dd { overflow-wrap: anywhere; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 16px; top: 12px; background: var(--paper); padding: 4px 8px; }
.quiet { color: var(--quiet); }

.top { display: flex; flex-wrap: wrap; gap: 4px 24px; justify-content: space-between; padding-top: 24px; font-size: 14px; color: var(--quiet); overflow-wrap: anywhere; }
.top strong { color: var(--ink); font-weight: 600; }

.overview { margin: 40px 0 0; padding-left: 24px; border-left: 4px solid var(--verdict); }
h1 { margin: 0; font-size: 52px; line-height: 1.1; letter-spacing: -.02em; font-weight: 700; color: var(--verdict); }
.reason { margin: 12px 0 0; max-width: 46em; font-size: 20px; line-height: 1.45; overflow-wrap: anywhere; }
.decided { margin: 6px 0 0; font-size: 14px; color: var(--quiet); }
.numbers { display: flex; flex-wrap: wrap; align-items: first baseline; gap: 20px 56px; margin: 28px 0 0; padding: 0; }
.numbers div { display: flex; flex-direction: column-reverse; }
.numbers dt { font-size: 14px; color: var(--quiet); max-width: 19em; text-wrap: balance; overflow-wrap: anywhere; }
.numbers dd { margin: 0; font-size: 36px; line-height: 1.2; font-weight: 600; letter-spacing: -.01em; font-variant-numeric: tabular-nums; }
.numbers .leading dd { font-size: 52px; line-height: 1.05; }
.answers { margin: 28px 0 0; max-width: 60em; } .answers + .answers { margin-top: 8px; } .answers > div { display: grid; grid-template-columns: 7em 1fr; }
.answers dt { color: var(--quiet); font-size: 14px; line-height: 24px; } .answers dd { grid-column: 2; margin: 0; line-height: 24px; overflow-wrap: anywhere; }
.withheld { margin: 28px 0 0; max-width: 46em; }
.command { margin: 24px 0 0; }
.command p { margin: 0 0 6px; font-size: 14px; color: var(--quiet); }
pre { margin: 0; padding: 12px 16px; background: var(--panel); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }

nav { margin: 56px 0 0; padding: 10px 0; border: solid var(--line); border-width: 1px 0; font-size: 14px; }
nav ul { display: flex; flex-wrap: wrap; gap: 2px 24px; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: 4px 0; text-decoration: none; } nav a:hover { text-decoration: underline; }

section { margin: 64px 0 0; }
h2 { margin: 0 0 8px; font-size: 24px; line-height: 1.25; letter-spacing: -.01em; font-weight: 600; }
h3 { margin: 36px 0 8px; font-size: 16px; font-weight: 600; }
section > p, figcaption { max-width: 46em; margin: 0 0 16px; color: var(--quiet); font-size: 15px; }
figure { margin: 16px 0 0; } figcaption { margin: 8px 0 0; font-size: 14px; }
figure svg { display: block; width: 100%; height: auto; }
.narrow { display: none; max-width: 520px; }

.scroll { position: relative; overflow-x: auto; margin: 8px 0 0; }
table { width: 100%; border-collapse: collapse; font-size: 14px; line-height: 1.45; }
th, td { padding: 9px 20px 9px 0; border-bottom: 1px solid var(--faint); text-align: left; vertical-align: top; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--quiet); font-size: 13px; border-color: var(--line); white-space: nowrap; vertical-align: bottom; }
tbody th { font-weight: 500; overflow-wrap: break-word; min-width: 8em; }
td.words { white-space: nowrap; }
.numeric { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td .why { display: block; white-space: normal; max-width: 34em; color: var(--quiet); font-weight: 400; }
th code { color: var(--quiet); font-size: 12px; font-weight: 400; }
.fixed table { table-layout: fixed; min-width: 860px; } .fixed td { white-space: normal; overflow-wrap: break-word; }
article { margin: 24px 0 40px; } article > p { margin: 8px 0 0; max-width: 60em; } article > pre { margin: 12px 0 0; } img.timeline { display: block; min-width: 860px; width: 100%; height: auto; }
.plain { list-style: none; margin: 12px 0 24px; max-width: 60em; overflow-wrap: anywhere; padding: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; } .swatch { display: inline-block; width: 12px; height: 12px; margin-right: 6px; border-radius: 2px; }
.stroke { display: inline-block; width: 28px; height: 0; margin: 0 6px 4px 0; } .together { display: inline-block; } section > .proof { margin: 20px 0 0; color: var(--ink); }
.status { white-space: nowrap; } .good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; }

.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(178px, 1fr)); gap: 18px 28px; margin: 12px 0 0; }
.facts dt { font-size: 13px; color: var(--quiet); }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }

details { margin: 16px 0 0; font-size: 14px; } summary { color: var(--accent); cursor: pointer; width: fit-content; }
footer { margin-top: 80px; padding-top: 16px; padding-bottom: 48px; font-size: 14px; color: var(--quiet); }

@media (max-width: 719px) {
  .top, main, footer { padding-left: 16px; padding-right: 16px; }
  .overview { margin-top: 36px; padding-left: 16px; } h1, .numbers .leading dd { font-size: 40px; } .reason { font-size: 18px; }
  .numbers { display: grid; grid-template-columns: auto auto; justify-content: start; gap: 20px 32px; } .numbers dd { font-size: 28px; } .numbers .leading { grid-column: 1 / -1; }
  .answers + .answers { margin-top: 14px; } .answers > div { display: block; }
  section { margin-top: 48px; } .facts { grid-template-columns: repeat(auto-fill, minmax(136px, 1fr)); gap: 14px 20px; }
  .fixed table { min-width: 720px; } tbody th { position: sticky; left: 0; background: var(--paper); min-width: 0; max-width: 9.5em; }
  .wide { display: none; } .narrow { display: block; }
}
@media print {
  @page { margin: 14mm; }
  th, td { padding: 6px 10px 6px 0; } .fixed table, img.timeline { min-width: 0; }
  body { font-size: 12px; } .top, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  nav, .skip { display: none; } .scroll { overflow: visible; } .overview { margin-top: 16px; } section { margin-top: 32px; }
  h2, h3 { break-after: avoid; } tr, figure, .facts > div, .overview { break-inside: avoid; }
  .wide { display: block; } .narrow, details { display: none; }
}
`;
