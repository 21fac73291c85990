import type { MonthlyUse } from './cost.ts';

/** A month in which nothing was asked for. */
export const NO_USE: MonthlyUse = {
  requests: 0,
  cpuMs: 0,
  rowsRead: 0,
  rowsWritten: 0,
  storageGb: 0,
  kvReads: 0,
  kvWrites: 0,
  kvDeletes: 0,
  kvLists: 0,
  r2ClassA: 0,
  r2ClassB: 0,
  logEvents: 0,
  logIngestedGb: 0,
  logStoredGb: 0,
  databases: 0,
};
