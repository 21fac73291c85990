import type { Check } from '../check.ts';
import { guaranteeCheck } from './guarantee-check.ts';
import { writes } from './opportunities.ts';

export const noLostWrite: Check = guaranteeCheck({
  id: 'no-lost-write',
  title: 'An acknowledged write is there to stay.',
  requirements: ['A11', 'B3'],
  severity: 'critical',
  claim: 'no acknowledged write is undone',
  opportunities: [
    writes('acknowledged writes', ({ outcome }) => outcome === 'ok'),
    writes('writes whose outcome was left open', ({ outcome }) => outcome === 'unknown'),
  ],
  remarks: 'At the end of each history all lag passes, and every document is read with the newest bookmark.',
});
