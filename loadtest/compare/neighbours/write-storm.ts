import type { NeighbourProfile } from './profile.ts';
import { newDocument } from './visits.ts';

export const writeStorm: NeighbourProfile = {
  name: 'write-storm',
  needs: 'creates',
  why: 'A script that writes one document after the other, as fast as the database takes them.',
  answersFor: () =>
    'Beside a write storm, which saturates any primary: not what the tenants of this shard do every day.',
  accounts: 'one',
  // Assumption: the connections that a script of one team opens at once. D1 takes them one at a time.
  workersPerAccount: 16,
  pauseMs: 0,
  // Above what one D1 takes at 7 ms a write (B7), so that the database is the bound and not the storm.
  requestsPerSecondMax: 200,
  *work(worker) {
    for (let number = 0; ; number += 1) yield newDocument(worker, number);
  },
};
