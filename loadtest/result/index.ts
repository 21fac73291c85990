/** What was measured, in the schema of a run's result. */
export { countingSeconds } from './load.ts';
export { systemOption } from './reproduce.ts';
export { resultOf } from './result.ts';
