/** The queue model before a run, and beside it. */
export { assertPredictable, predictionOf } from './prediction-of-run.ts';
