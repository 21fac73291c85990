/** What a run is judged by, and what comes of it. */
export { SOAK_MIN_SECONDS } from './drift-signals.ts';
export type { Evidence } from './evidence.ts';
export { expectedLoads } from './expected-load.ts';
export { isShort, workerCpuMsOf } from './machine-share.ts';
export { outcomesOf } from './planned-faults.ts';
export { type Climb, climbOf } from './rungs.ts';
export { nameOfRunner, type RunnerReport, signalsOfRunners } from './runner-signals.ts';
export { signalsOf } from './signals.ts';
