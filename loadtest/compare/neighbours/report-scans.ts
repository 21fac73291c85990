import { z } from 'zod';
import { anyClient } from './documents.ts';
import type { NeighbourProfile } from './profile.ts';

const Page = z.object({ cursor: z.string().nullable() });
/** The contract's largest page. */
const PAGE = 'notes?sort=id&limit=100';

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
    let path = PAGE;
    for (;;) {
      const page = Page.safeParse(yield { method: 'GET', path }).data;
      path = page?.cursor ? `${PAGE}&cursor=${encodeURIComponent(page.cursor)}` : PAGE;
      yield { method: 'GET', path: `clients/${anyClient(worker)}/finances` };
    }
  },
};
