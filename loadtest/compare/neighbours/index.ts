import type { NEIGHBOUR_NAMES } from '../defaults.ts';
import { bulkImport } from './bulk-import.ts';
import type { NeighbourProfile } from './profile.ts';
import { reportScans } from './report-scans.ts';
import { tenSmallAccounts } from './ten-small-accounts.ts';
import { tenants } from './tenants.ts';
import { writeStorm } from './write-storm.ts';

export { NEIGHBOUR_NAMES } from '../defaults.ts';
export type { NeighbourProfile } from './profile.ts';
export { type RunningNeighbour, startNeighbour } from './start.ts';
export type { NeighbourTally } from './tally.ts';
export { assertSuits } from './visits.ts';

/** What a neighbour can do, by name. */
export const neighbours = {
  tenants,
  'write-storm': writeStorm,
  'bulk-import': bulkImport,
  'report-scans': reportScans,
  'ten-small-accounts': tenSmallAccounts,
} as const satisfies Readonly<Record<(typeof NEIGHBOUR_NAMES)[number], NeighbourProfile>>;
