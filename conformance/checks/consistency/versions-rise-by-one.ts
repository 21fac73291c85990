import type { Check } from '../check.ts';
import { guaranteeCheck } from './guarantee-check.ts';
import { hasEffect, writes } from './opportunities.ts';

export const versionsRiseByOne: Check = guaranteeCheck({
  id: 'versions-rise-by-one',
  title: 'Each write of a document raises its version by one, deletion and rebirth included.',
  requirements: ['B3'],
  severity: 'high',
  claim: 'the versions of every document rise by one',
  opportunities: [
    writes(
      'acknowledged writes of documents that existed',
      hasEffect(({ version = 0 }) => version > 1),
    ),
    writes('writes whose outcome was left open', ({ outcome }) => outcome === 'unknown'),
  ],
  remarks: 'A gap needs a write that can fill it: one whose outcome is unknown.',
});
