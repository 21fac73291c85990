import type { Check } from '../check.ts';
import { guaranteeCheck } from './guarantee-check.ts';
import { readsBehind } from './opportunities.ts';

export const readYourWrites: Check = guaranteeCheck({
  id: 'read-your-writes',
  title: 'A session reads what it wrote, or something newer, wherever its next request enters.',
  requirements: ['A11', 'B4', 'B5'],
  severity: 'high',
  claim: 'every read shows what its own session wrote before, or something newer',
  needs: ['sessions'],
  opportunities: [
    readsBehind(
      'reads of what the session wrote, at replicas that had not received it',
      ({ wrote }) => wrote?.write,
    ),
  ],
  remarks: 'Of a write whose reply was lost nothing is demanded.',
});
