/** What checks of several areas work with. */
export {
  type AccountRow,
  noticedWithinMs,
  rowCounts,
  setActive,
  shardIds,
  withAccounts,
} from './accounts.ts';
export {
  documentBody,
  holds,
  indexedFieldOf,
  needAnyMember,
  store,
  takesAnyMember,
} from './documents.ts';
export { leakIn } from './leaks.ts';
export { atSkew, type PlannedFault, underFaults } from './planned-faults.ts';
export { isSameVersion } from './unchanged.ts';
