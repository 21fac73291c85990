/** What the rest of the project uses of reports. */

export { capacityReport, readRun, writeRun } from './capacity/index.ts';
export { exitCodeOf } from './command/index.ts';
export { decide, signal } from './document/index.ts';
export { ReportError } from './errors.ts';
export { rehearsalReport, writeRehearsal } from './rehearsal/index.ts';
export { renderConsole, renderHtml, renderMarkdown, terminalOf } from './render/index.ts';
export * from './schema/index.ts';
export { decodeLatency, latencyHistogram, latencyOf, mergeLatencies } from './statistics/index.ts';
export {
  appendStepSummary,
  describeEnvironment,
  prepareRunsFolder,
  RUNS_FOLDER,
  runFolder,
} from './store/index.ts';
