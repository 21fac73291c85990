import type { NeighbourProfile } from './profile.ts';
import { officeWork } from './visits.ts';

export const tenants: NeighbourProfile = {
  name: 'tenants',
  why: 'The tenants that are on the shard anyway, at the work of the account under test.',
  answersFor: 'Beside the three tenants that are on the shard anyway, 450 people at their daily work.',
  // The neighbours of the topology that is compared (reference-worker/local/topology.ts).
  accounts: ['birch', 'cedar', 'damson'],
  // Assumption: offices of 150. 25 requests a second, as 450 people who click once in 18 s, by 15 in a hurry.
  workersPerAccount: 5,
  pauseMs: 600,
  requestsPerSecondMax: 50,
  work: officeWork,
};
