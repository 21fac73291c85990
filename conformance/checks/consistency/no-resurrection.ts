import type { Check } from '../check.ts';
import { guaranteeCheck } from './guarantee-check.ts';
import { afterDeletion } from './opportunities.ts';

export const noResurrection: Check = guaranteeCheck({
  id: 'no-resurrection',
  title: 'A deleted document stays deleted until somebody writes it anew.',
  requirements: ['A8', 'B3', 'B5'],
  severity: 'critical',
  claim: 'no deleted document comes back without a write that makes it anew',
  opportunities: [afterDeletion],
  needs: ['delete'],
  remarks:
    'A put makes a document anew; a patch does not. An older state that is still shown is stale, not back.',
});
