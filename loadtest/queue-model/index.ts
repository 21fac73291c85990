/** What the rest of loadtest uses of the queue model. */
export { type ModelledRun, modelledRun } from './modelled-run.ts';
export { sensitivityOf } from './sensitivity.ts';
export type { ModelledAnswers } from './simulate.ts';
