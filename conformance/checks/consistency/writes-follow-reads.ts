import type { Check } from '../check.ts';
import { guaranteeCheck } from './guarantee-check.ts';
import { pages } from './opportunities.ts';

export const writesFollowReads: Check = guaranteeCheck({
  id: 'writes-follow-reads',
  title: 'Whatever one response shows of a session, it shows with what that session had seen when it wrote.',
  requirements: ['A10', 'B4', 'B5'],
  severity: 'high',
  claim: 'every response that shows a write also shows what its session had seen before',
  opportunities: [pages('pages with a write beside a document that its session had seen before', 'read')],
  needs: ['sessions', 'list'],
  remarks:
    'It is judged on what one response shows together, so it takes a route that shows several documents.',
});
