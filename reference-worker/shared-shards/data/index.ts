/** The documents of the reference Worker. */

import { fileURLToPath } from 'node:url';
import type { SystemData } from '../../../fixtures/documents/index.ts';
import { model } from './model.ts';

export type { Bodies } from './bodies.ts';
export { financeCount, noteCount } from './counts.ts';
export { CLIENT_STATUS_SHARES, EPOCH_END_MS, EPOCH_START_MS } from './distributions.ts';
export { COLLECTIONS, type CollectionName, clientId, financeId, groupId, noteId, userId } from './ids.ts';
export { MIGRATIONS, model } from './model.ts';
export { type PlannedAccount, planAccount } from './plan.ts';
export { canaryFor } from './relations.ts';
export type { GeneratedRow } from './rows.ts';

/** The same as `openSystemData` gives for this system. */
export const sharedShardsData: SystemData = {
  system: 'shared-shards',
  module: fileURLToPath(new URL('./model.ts', import.meta.url)),
  model,
};
