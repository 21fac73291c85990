import type { Check } from '../check.ts';
import { guaranteeCheck } from './guarantee-check.ts';
import { writes } from './opportunities.ts';

const batches = (what: string, wanted: string) =>
  writes(`batches ${what}`, ({ effects, outcome }) => effects.length > 1 && outcome === wanted);

export const atomicBatch: Check = guaranteeCheck({
  id: 'atomic-batch',
  title: 'The changes of a batch are seen together or not at all.',
  requirements: ['B3', 'B9'],
  severity: 'critical',
  claim: 'every batch is seen whole or not at all',
  opportunities: [
    batches('that were acknowledged', 'ok'),
    batches('that were refused', 'failed'),
    batches('whose outcome was left open', 'unknown'),
  ],
  needs: ['batch'],
  remarks: 'Where one change of a batch is refused, all of them must be.',
});
