/** What the rest of loadtest uses of the queue model. */
export { type ModelledRun, modelledRun, takesTime } from './modelled-run.ts';
export { missedBy, sensitivityOf } from './sensitivity.ts';
export { type ModelledAnswers, type ModelledOperation, type Simulation, simulate } from './simulate.ts';
