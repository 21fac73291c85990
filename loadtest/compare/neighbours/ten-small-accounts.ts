import type { NeighbourProfile } from './profile.ts';
import { officeWork } from './visits.ts';

/** Named after trees, as the neighbours that are always there. */
const SMALL_ACCOUNTS = [
  ...['alder', 'aspen', 'beech', 'hazel', 'holly'],
  ...['larch', 'maple', 'rowan', 'willow', 'yew'],
] as const;

export const tenSmallAccounts: NeighbourProfile = {
  name: 'ten-small-accounts',
  needs: 'visits',
  why: 'Ten small offices at their daily work: no aggressor, but what an ordinary shard holds.',
  answersFor: () => 'Beside 500 people of ten small offices at their daily work.',
  accounts: SMALL_ACCOUNTS,
  // 25 requests a second: 500 people who click once in 18 s, as those of the scenarios, by 50 in a hurry.
  workersPerAccount: 5,
  pauseMs: 1_800,
  requestsPerSecondMax: 100,
  work: officeWork,
};
