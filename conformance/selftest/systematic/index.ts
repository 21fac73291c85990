/** Mutants that a machine makes of a Worker, and how many of them a claim catches. */
export { runSystematic } from './run-systematic.ts';
