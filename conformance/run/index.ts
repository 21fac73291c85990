/** Runs checks against a target, for the commands. */
export { type RunChecksOptions, runChecks } from './run-checks.ts';
