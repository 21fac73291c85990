/** Runs checks on many mutants of a Worker, most of them on platforms that they share. */
export type { ChangedFiles } from './many-workers.ts';
export { type MutantRun, type MutantRunner, openRunner, type RunnerOptions } from './mutant-runner.ts';
