import { type List, resourcesWith } from '../../../reference-worker/target/index.ts';
import type { NeighbourProfile, NeighbourWorker } from './profile.ts';
import { besides } from './visits.ts';

/** The largest pages of the largest resource. */
function firstPage({ system, plan }: NeighbourWorker): List {
  const [largest] = resourcesWith(system, { routes: ['list'] }).toSorted(
    (a, b) => (plan.counts[b.name] ?? 0) - (plan.counts[a.name] ?? 0),
  );
  if (!largest) throw new Error(`${system.name} has no lists.`);
  const limit = system.limits.listMaxItems;
  const isSorted = system.promises.includes('sorted-lists');
  return {
    ...{ kind: 'list', resource: largest.name },
    ...(isSorted && { sort: 'id' }),
    ...(limit !== undefined && { limit }),
  };
}

export const reportScans: NeighbourProfile = {
  name: 'report-scans',
  needs: 'lists',
  why: 'Month-end reports: every page of the largest collection, and a join beside each page.',
  answersFor: () =>
    'Beside month-end reports that read without a pause: not what the tenants of this shard do every day.',
  accounts: 'one',
  // Assumption: the reports of one office that run at once.
  workersPerAccount: 8,
  pauseMs: 0,
  requestsPerSecondMax: 200,
  *work(worker) {
    const first = firstPage(worker);
    let page: List = first;
    for (;;) {
      const cursor = (yield page)?.cursor;
      page = cursor ? { ...first, cursor } : first;
      yield besides(worker);
    }
  },
};
