import type { Check } from '../check.ts';
import { guaranteeCheck } from './guarantee-check.ts';
import { readsBehind } from './opportunities.ts';

export const causalOrder: Check = guaranteeCheck({
  id: 'causal-order',
  title: 'Who sees a change sees from then on everything that led to it, also what others did.',
  requirements: ['A11', 'B4', 'B5'],
  severity: 'high',
  claim: 'every read includes all that came before what its session had seen or written',
  needs: ['sessions'],
  opportunities: [
    readsBehind(
      'reads of what others did before a change that the session saw, at replicas that had not received it',
      ({ heard }) => heard?.write,
    ),
  ],
  remarks: 'It is the four session guarantees together, across sessions and documents.',
});
