/** What checks of several areas work with: accounts of their own, documents, faults, and how answers are compared. */
export { noticedWithinMs, rowCounts, withAccounts } from './accounts.ts';
export { untilHit } from './cache-fills.ts';
export * from './documents.ts';
export { hostOf } from './hosts.ts';
export { INTERNAL_HEADERS } from './internal-headers.ts';
export { leakIn, leakInError } from './leaks.ts';
export {
  bodyOf,
  hasPrefixLists,
  makeChildren,
  makeDocument,
  operationOn,
  resourcesFor,
  storeAt,
} from './operations.ts';
export {
  atSkew,
  type Endured,
  type ScheduledFault,
  underFaults,
  whileShardIsSlow,
} from './planned-faults.ts';
export { isLockedOut, isMistake, isRefusedForNow, lackOfProblem } from './refusals.ts';
export { isSameVersion } from './unchanged.ts';
