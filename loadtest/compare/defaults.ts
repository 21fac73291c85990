/** Apart from the neighbours and their work, so that a command line can be explained without making them. */
export const NEIGHBOUR_NAMES = [
  'tenants',
  'write-storm',
  'bulk-import',
  'report-scans',
  'ten-small-accounts',
] as const;

export const BLOCK_USERS = 120;
/** A neighbour that matters doubles a p99; a fifth is seen with ten pairs, all figures and placements judged together. */
export const EFFECT = 0.2;
/** Assumption: what a firm with hundreds of users pays for it without asking. */
export const BUDGET_USD = 50;
