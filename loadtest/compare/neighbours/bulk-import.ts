import { documentsPerBatch } from '../../../fixtures/index.ts';
import { routeTo } from '../../../reference-worker/target/index.ts';
import type { NeighbourProfile } from './profile.ts';
import { newDocument } from './visits.ts';

export const bulkImport: NeighbourProfile = {
  name: 'bulk-import',
  needs: 'creates',
  why: 'A tenant that brings its old documents along, in batches as large as the system takes.',
  answersFor: () =>
    'Beside a bulk import, which takes what the primary has: not what the tenants of this shard do every day.',
  accounts: 'one',
  // Assumption: an importer keeps a few batches under way.
  workersPerAccount: 4,
  pauseMs: 0,
  requestsPerSecondMax: 50,
  *work(worker) {
    const { system } = worker;
    // Without batches, one after the other.
    const size = routeTo(system, 'batch') ? documentsPerBatch(system) : 1;
    for (let batch = 0; ; batch += 1) {
      const writes = Array.from({ length: size }, (_, at) => newDocument(worker, batch * size + at));
      const [only] = writes;
      yield only && size === 1 ? only : { kind: 'batch', writes };
    }
  },
};
