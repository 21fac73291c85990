import type { Check } from '../check.ts';
import { guaranteeCheck } from './guarantee-check.ts';
import { pages } from './opportunities.ts';

export const monotonicWrites: Check = guaranteeCheck({
  id: 'monotonic-writes',
  title: 'Whatever one response shows of a session, it shows with what that session wrote before.',
  requirements: ['A10', 'B4', 'B5'],
  severity: 'high',
  claim: 'every response that shows a write also shows what the same session wrote before',
  opportunities: [pages('pages with a write beside a document that the same session wrote before', 'write')],
  needs: ['sessions', 'list'],
  remarks:
    'It is judged on what one response shows together, so it takes a route that shows several documents.',
});
