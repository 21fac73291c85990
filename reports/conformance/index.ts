/** What the commands use of the reports on conformance. */
export { renderConformanceConsole } from './console.ts';
export { renderConformanceMarkdown } from './markdown.ts';
export * from './schema.ts';
export { writeConformanceRun } from './store.ts';
export { conformanceVerdict } from './verdict.ts';
