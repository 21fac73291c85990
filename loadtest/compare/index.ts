/** What `npm run compare` is made of, whose command is ../compare.ts, and what holds a run against an earlier one. */
export type { AskedOfRun } from './asked.ts';
export { baselineFor, heldAgainst, readBaselines } from './baseline.ts';
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
export { runTargets } from './run-targets.ts';
export { compareStoredRuns } from './stored-runs.ts';
export { isOfTargets, readTargets } from './targets.ts';
export { targetsResultOf } from './targets-result.ts';
