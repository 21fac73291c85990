/** What the rest of the project uses of reports. */

export { CAPACITY, capacityReport, readRun, writeRun } from './capacity/index.ts';
export { exitCodeOf } from './command/index.ts';
export { decide, signal } from './document/index.ts';
export { ReportError } from './errors.ts';
export { type KindOfRun, leave, prepareToLeave, show } from './kind-of-run.ts';
export { REHEARSAL } from './rehearsal/index.ts';
export { REMOTE_LOAD } from './remote-load/index.ts';
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
