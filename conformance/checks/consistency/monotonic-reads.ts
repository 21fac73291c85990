import type { Check } from '../check.ts';
import { guaranteeCheck } from './guarantee-check.ts';
import { readsBehind } from './opportunities.ts';

export const monotonicReads: Check = guaranteeCheck({
  id: 'monotonic-reads',
  title: 'What a session has seen of a document it never sees undone, wherever its next request enters.',
  requirements: ['A11', 'B4', 'B5'],
  severity: 'high',
  claim: 'every read shows what its own session saw before, or something newer',
  needs: ['sessions'],
  opportunities: [
    readsBehind(
      'reads of what the session had seen, at replicas that had not received it',
      ({ saw }) => saw?.write,
    ),
  ],
  remarks:
    'A document that is gone counts as seen too, where only a deletion that was acknowledged explains it.',
});
