import type { Check } from '../check.ts';
import { guaranteeCheck } from './guarantee-check.ts';
import { writes } from './opportunities.ts';

export const failedWritesDoNotHappen: Check = guaranteeCheck({
  id: 'failed-writes-do-not-happen',
  title: 'A write that was reported as certainly not done is never seen.',
  requirements: ['B3'],
  severity: 'critical',
  claim: 'nothing shows a write that was reported as certainly not done',
  opportunities: [
    writes('writes that were reported as certainly not done', ({ outcome }) => outcome === 'failed'),
  ],
  remarks: 'A target that leaves every failure open passes, and helps nobody.',
});
