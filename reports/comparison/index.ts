/** What the commands use of the reports on comparisons. */
export { renderComparisonConsole } from './console.ts';
export { renderComparisonHtml } from './html/index.ts';
export { renderComparisonMarkdown } from './markdown.ts';
export { mayShowFigures } from './statements.ts';
export { COMPARISON, writeComparison } from './store.ts';
