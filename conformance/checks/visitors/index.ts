import type { Check } from '../check.ts';
import { hiddenWithinBound, shownWithinBound } from './bounded-staleness.ts';
import { draftsNeverShown } from './drafts-never-shown.ts';
import { editedByItsOwner } from './edited-by-its-owner.ts';
import { hostnameForms } from './hostname-forms.ts';
import { hostnameGivenUp } from './hostname-given-up.ts';
import { limitOfOneAccount } from './limit-of-one-account.ts';
import { markupRunsNothing } from './markup-runs-nothing.ts';
import { ofOneAccount } from './of-one-account.ts';

/** What anybody may look at: by when it shows a write, and whose it is. */
export const VISITORS_CHECKS: readonly Check[] = [
  shownWithinBound,
  hiddenWithinBound,
  draftsNeverShown,
  ofOneAccount,
  editedByItsOwner,
  hostnameForms,
  hostnameGivenUp,
  markupRunsNothing,
  limitOfOneAccount,
];
