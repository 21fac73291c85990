/** What the rest of the project uses of reports. */

export { exitCodeOf } from './command/index.ts';
export { renderConsole } from './console.ts';
export { describeEnvironment } from './environment.ts';
export { ReportError } from './errors.ts';
export { renderHtml } from './html.ts';
export { decodeLatency, latencyHistogram, latencyOf, mergeLatencies } from './latency.ts';
export { renderMarkdown } from './markdown.ts';
export { prepareRunsFolder, RUNS_FOLDER, runFolder } from './run-folder.ts';
export * from './schema/index.ts';
export { appendStepSummary } from './step-summary.ts';
export { readRun, writeRun } from './store.ts';
export { decide, signal } from './verdict.ts';
