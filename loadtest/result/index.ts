/** What was measured, in the schema of a run's result. */
export {
  askedScenario,
  connectingOf,
  countingSeconds,
  loadOf,
  measuredOperations,
  seriesOf,
  verificationFigures,
} from './load.ts';
export { behaviourOf } from './platform.ts';
export { systemOption } from './reproduce.ts';
export { resultOf } from './result.ts';
