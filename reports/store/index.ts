/** Where runs lie, and how one is written whole or not at all. */
export { describeEnvironment, git } from './environment.ts';
export { pointLatest, storeFiles } from './files.ts';
export { parseResult, parseStoredJson, type ResultSchema } from './parse-result.ts';
export { prepareRunsFolder, RUNS_FOLDER, runFolder } from './run-folder.ts';
export { appendStepSummary } from './step-summary.ts';
