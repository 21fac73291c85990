/** What the commands use of the reports on capacity. */

export { renderConsole } from './console.ts';
export { renderHtml } from './html.ts';
export { renderMarkdown } from './markdown.ts';
export { CAPACITY, writeRun } from './store.ts';
