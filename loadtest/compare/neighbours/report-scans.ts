import type { List } from '../../../reference-worker/target/index.ts';
import { anyClient } from './documents.ts';
import type { NeighbourProfile } from './profile.ts';

/** The contract's largest page. */
const PAGE = { kind: 'list', resource: 'notes', sort: 'id', limit: 100 } as const;

export const reportScans: NeighbourProfile = {
  name: 'report-scans',
  why: 'Month-end reports: every page of the largest collection, and a join beside each page.',
  answersFor:
    'Beside month-end reports that read without a pause: not what the tenants of this shard do every day.',
  accounts: ['birch'],
  // Assumption: the reports of one office that run at once.
  workersPerAccount: 8,
  pauseMs: 0,
  requestsPerSecondMax: 200,
  *work(worker) {
    let page: List = PAGE;
    for (;;) {
      const cursor = (yield page)?.cursor;
      page = cursor ? { ...PAGE, cursor } : PAGE;
      yield { kind: 'join', resource: 'clients', child: 'finances', id: anyClient(worker) };
    }
  },
};
