/** What the rest of the project uses of reports. */

export { renderConsole } from './capacity/console.ts';
export { renderHtml } from './capacity/html.ts';
export { renderMarkdown } from './capacity/markdown.ts';
export { readRun, writeRun } from './capacity/store.ts';
export { exitCodeOf } from './command/index.ts';
export { decide, signal } from './document/verdict.ts';
export { ReportError } from './errors.ts';
export * from './schema/index.ts';
export { decodeLatency, latencyHistogram, latencyOf, mergeLatencies } from './statistics/latency.ts';
export { describeEnvironment } from './store/environment.ts';
export { prepareRunsFolder, RUNS_FOLDER, runFolder } from './store/run-folder.ts';
export { appendStepSummary } from './store/step-summary.ts';
