import type { Check } from '../check.ts';
import { decidedOnTheNewestState } from './decided-on-the-newest-state.ts';
import { everyWriteMovesItsSession } from './every-write-moves-its-session.ts';
import { GUARANTEE_CHECKS } from './guarantee-checks.ts';
import { noLostChanges } from './no-lost-changes.ts';
import { everyAnswerCarriesItsPosition } from './positions.ts';
import { monotonicReadsByTrials, readYourWritesByTrials } from './session-trials.ts';

/** From what one session expects to what all of them together do; at last, what needs no clock that is stepped. */
export const CONSISTENCY_CHECKS: readonly Check[] = [
  ...GUARANTEE_CHECKS,
  everyAnswerCarriesItsPosition,
  everyWriteMovesItsSession,
  decidedOnTheNewestState,
  noLostChanges,
  readYourWritesByTrials,
  monotonicReadsByTrials,
];
