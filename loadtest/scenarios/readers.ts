import { atFullSize, type ScenarioShape } from './scenario.ts';

/**
 * Visitors of public pages, of whom each may look at any account: caches are shared by none of them or by all. The numbers are
 * assumptions: ten thousand small sites, one document that is suddenly everybody's, and a morning on which all owners write.
 */
export const readers: ScenarioShape = {
  ...atFullSize,
  name: 'readers',
  why: 'Do 4,000 visitors of 10,000 accounts stay within the objectives, when one document is suddenly what all want, and when all owners write?',
  model: 'closed',
  accounts: { count: 10_000, documents: 50 },
  phases: [
    { name: 'ramp', seconds: 60, share: 1, counts: false },
    { name: 'settle', seconds: 20, share: 1, counts: false },
    { name: 'reading', seconds: 90, share: 1, counts: true },
    { name: 'one-for-all', seconds: 45, share: 1, counts: true, surge: 'hottest' },
    { name: 'all-write', seconds: 45, share: 1, counts: true, surge: 'writes' },
  ],
};
