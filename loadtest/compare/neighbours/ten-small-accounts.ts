import { anyClient, newNote } from './documents.ts';
import type { NeighbourProfile } from './profile.ts';

/** Named after trees, as the neighbours that are always there. */
export const SMALL_ACCOUNTS = [
  ...['alder', 'aspen', 'beech', 'elm', 'hazel'],
  ...['holly', 'larch', 'maple', 'rowan', 'yew'],
] as const;

export const tenSmallAccounts: NeighbourProfile = {
  name: 'ten-small-accounts',
  why: 'Ten small offices at their daily work: no aggressor, but what an ordinary shard holds.',
  accounts: SMALL_ACCOUNTS,
  // Assumption: 50 people at twice the pace of the account under test, about 30 requests a second.
  workersPerAccount: 5,
  pauseMs: 1_650,
  requestsPerSecondMax: 100,
  *work(worker) {
    for (let number = 0; ; number += 1) {
      const client = anyClient(worker);
      yield { method: 'GET', path: `clients/${client}` };
      yield { method: 'GET', path: `clients/${client}/finances` };
      yield { method: 'GET', path: `notes?clientId=${client}&sort=-id&limit=10` };
      // One write in seven requests, as the journey of the account under test.
      if (number % 2 === 0) yield { method: 'POST', path: 'notes', body: newNote(worker, number) };
    }
  },
};
