/** What the commands use of the reports on capacity. */
export { renderConsole } from './console.ts';
export { renderHtml } from './html/index.ts';
export { renderMarkdown } from './markdown.ts';
export { CAPACITY, readRun, writeRun } from './store.ts';
