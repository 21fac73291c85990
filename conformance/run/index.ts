/** Runs checks against a target, for the commands. */

export { tellGitHub } from './github.ts';
export { judgeableLines, routeLines } from './judgeable.ts';
export { describeChecks } from './list.ts';
export { type ConformanceOptions, readConformanceOptions } from './options.ts';
export { type Prepared, prepareRun } from './prepare.ts';
export { type RunChecksOptions, runChecks, unlessAborted } from './run-checks.ts';
export { runOnce } from './run-once.ts';
export { showProgress } from './show-progress.ts';
