import type { Check } from '../check.ts';
import { guaranteeCheck } from './guarantee-check.ts';
import { hasEffect, writes } from './opportunities.ts';

const isConditional = hasEffect(({ expected }) => expected !== undefined);

export const noLostUpdate: Check = guaranteeCheck({
  id: 'no-lost-update',
  title: 'Of two changes to the same version with If-Match, one is refused.',
  requirements: ['B3'],
  severity: 'critical',
  claim: 'every acknowledged write with If-Match followed the version that it named',
  needs: ['if-match'],
  opportunities: [
    writes('acknowledged writes with If-Match', (write) => write.outcome === 'ok' && isConditional(write)),
    writes('refused writes with If-Match', (write) => write.outcome === 'failed' && isConditional(write)),
  ],
  remarks: 'Some of the writes with If-Match name an outdated version, and some overlap with one another.',
});
