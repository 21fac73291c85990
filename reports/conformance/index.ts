/** What the commands use of the reports on conformance. */

export { renderConformanceConsole } from './console.ts';
export { renderConformanceHtml } from './html/index.ts';
export { renderConformanceMarkdown } from './markdown.ts';
export { CONFORMANCE, writeConformanceRun } from './store.ts';
export { conformanceVerdict } from './verdict.ts';
