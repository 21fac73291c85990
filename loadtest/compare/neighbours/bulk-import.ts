import { newNote } from './documents.ts';
import type { NeighbourProfile } from './profile.ts';

/** The reference Worker's limit for one batch (reference-worker/shared-shards/README.md). */
const DOCUMENTS_PER_BATCH = 50;

export const bulkImport: NeighbourProfile = {
  name: 'bulk-import',
  why: 'A tenant that brings its old documents along, in batches of fifty.',
  answersFor:
    'Beside a bulk import, which takes what the primary has: not what the tenants of this shard do every day.',
  accounts: ['birch'],
  // Assumption: an importer keeps a few batches under way.
  workersPerAccount: 4,
  pauseMs: 0,
  requestsPerSecondMax: 50,
  *work(worker) {
    for (let batch = 0; ; batch += 1) {
      const writes = Array.from({ length: DOCUMENTS_PER_BATCH }, (_, at) =>
        newNote(worker, batch * DOCUMENTS_PER_BATCH + at),
      );
      yield { kind: 'batch', writes };
    }
  },
};
