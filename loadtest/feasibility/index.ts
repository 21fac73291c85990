/** Whether the promises of a description can be kept together, before anything is run. */
export { canBeKept, linesOf } from './lines.ts';
export { simulateCopy, WEEK_MS } from './simulation.ts';
