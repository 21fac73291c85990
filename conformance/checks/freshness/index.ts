import type { Check } from '../check.ts';
import { callBudget } from './call-budget.ts';
import { changeSurvivesRefresh } from './change-survives-refresh.ts';
import { changesReachBoth } from './changes-reach-both.ts';
import { everyDocumentFresh } from './every-document-fresh.ts';
import { lookDoesNotWait } from './look-does-not-wait.ts';
import { manyLooksOneRefresh } from './many-looks-one-refresh.ts';
import { overlappingRuns } from './overlapping-runs.ts';
import { tokensOfTheirOwn } from './tokens-of-their-own.ts';

/** How a copy of an upstream is kept. */
export const FRESHNESS_CHECKS: readonly Check[] = [
  lookDoesNotWait,
  manyLooksOneRefresh,
  overlappingRuns,
  everyDocumentFresh,
  changesReachBoth,
  changeSurvivesRefresh,
  tokensOfTheirOwn,
  callBudget,
];
