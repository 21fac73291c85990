import type { NeighbourProfile } from './profile.ts';
import { officeWork } from './visits.ts';

/** Assumption: people of each tenant. */
const OFFICE = 150;

export const tenants: NeighbourProfile = {
  name: 'tenants',
  needs: 'visits',
  why: 'The tenants that are on the shard anyway, at the work of the account under test.',
  answersFor: (accounts) =>
    `Beside the ${accounts === 1 ? 'tenant that is' : `${accounts} tenants that are`} on the shard anyway, ${OFFICE * accounts} people at their daily work.`,
  accounts: 'all',
  // 25 requests a second, as 450 people who click once in 18 s, by 15 in a hurry.
  workersPerAccount: 5,
  pauseMs: 600,
  requestsPerSecondMax: 50,
  work: officeWork,
};
