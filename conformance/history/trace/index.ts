export { groundsOf, operationsAt, stateOf, toldProof } from './argument.ts';
export { causesOf } from './causes.ts';
export { Deletions, firstWhere } from './deletions.ts';
export {
  breach,
  isCommit,
  isUndecided,
  type KeyEffect,
  type KeyHistory,
  type KeyObservation,
  keyHistories,
  newestCompleteBefore,
  shownVersions,
} from './key-history.ts';
export { type Binding, type Link, missingFrom } from './search.ts';
export { Newest, satisfiedBy, type Trace, traceOf } from './trace.ts';
export { writersOf } from './writers.ts';
