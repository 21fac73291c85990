/** What `npm run compare` is made of; the command itself is ../compare.ts. */
export { outcomeOfStored, renderStored } from './console.ts';
export { runExperiment } from './experiment.ts';
export {
  type ExperimentChoice,
  readExperimentChoice,
  readStoredChoice,
  type StoredChoice,
} from './options.ts';
export { comparisonCommand } from './reproduce.ts';
export { comparisonResultOf } from './result.ts';
export { compareStoredRuns } from './stored-runs.ts';
