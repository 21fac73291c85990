/** What the commands use of the reports on conformance. */

export * from '../schema/conformance.ts';
export { renderConformanceConsole } from './console.ts';
export { renderConformanceHtml } from './html.ts';
export { renderConformanceMarkdown } from './markdown.ts';
export { CONFORMANCE, writeConformanceRun } from './store.ts';
export { conformanceVerdict } from './verdict.ts';
