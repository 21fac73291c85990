import type { Check } from '../check.ts';
import { type GuaranteeCheck, guaranteeCheck } from './guarantee-check.ts';
import { afterDeletion, hasEffect, pages, readsBehind, writes } from './opportunities.ts';

const isConditional = hasEffect(({ expected }) => expected !== undefined);

const batches = (what: string, wanted: string) =>
  writes(`batches ${what}`, ({ effects, outcome }) => effects.length > 1 && outcome === wanted);

/** From what one session expects to what all of them together do. */
const CHECKED: readonly GuaranteeCheck[] = [
  {
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
  },
  {
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
  },
  {
    id: 'monotonic-writes',
    title: 'Whatever one response shows of a session, it shows with what that session wrote before.',
    requirements: ['A10', 'B4', 'B5'],
    severity: 'high',
    claim: 'every response that shows a write also shows what the same session wrote before',
    opportunities: [
      pages('pages with a write beside a document that the same session wrote before', 'write'),
    ],
    needs: ['sessions', 'list'],
    remarks:
      'It is judged on what one response shows together, so it takes a route that shows several documents.',
  },
  {
    id: 'writes-follow-reads',
    title:
      'Whatever one response shows of a session, it shows with what that session had seen when it wrote.',
    requirements: ['A10', 'B4', 'B5'],
    severity: 'high',
    claim: 'every response that shows a write also shows what its session had seen before',
    opportunities: [pages('pages with a write beside a document that its session had seen before', 'read')],
    needs: ['sessions', 'list'],
    remarks:
      'It is judged on what one response shows together, so it takes a route that shows several documents.',
  },
  {
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
  },
  {
    id: 'no-lost-write',
    title: 'An acknowledged write is there to stay.',
    requirements: ['A11', 'B3'],
    severity: 'critical',
    claim: 'no acknowledged write is undone',
    opportunities: [
      writes('acknowledged writes', ({ outcome }) => outcome === 'ok'),
      writes('writes whose outcome was left open', ({ outcome }) => outcome === 'unknown'),
    ],
    remarks:
      'At the end of each history all lag passes, and every document is read with the newest bookmark.',
  },
  {
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
  },
  {
    id: 'no-resurrection',
    title: 'A deleted document stays deleted until somebody writes it anew.',
    requirements: ['A8', 'B3', 'B5'],
    severity: 'critical',
    claim: 'no deleted document comes back without a write that makes it anew',
    opportunities: [afterDeletion],
    needs: ['delete'],
    remarks:
      'A put makes a document anew; a patch does not. An older state that is still shown is stale, not back.',
  },
  {
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
    needs: ['batch', 'atomic-batches'],
    remarks: 'Where one change of a batch is refused, all of them must be.',
  },
  {
    id: 'versions-rise-by-one',
    title: 'Each write of a document raises its version by one, deletion and rebirth included.',
    requirements: ['B3'],
    severity: 'high',
    claim: 'the versions of every document rise by one',
    judges: 'versions',
    opportunities: [
      writes(
        'acknowledged writes of documents that existed',
        hasEffect(({ version = 0 }) => version > 1),
      ),
      writes('writes whose outcome was left open', ({ outcome }) => outcome === 'unknown'),
    ],
    remarks: 'A gap needs a write that can fill it: one whose outcome is unknown.',
  },
  {
    id: 'failed-writes-do-not-happen',
    title: 'A write that was reported as certainly not done is never seen.',
    requirements: ['B3'],
    severity: 'critical',
    claim: 'nothing shows a write that was reported as certainly not done',
    opportunities: [
      writes('writes that were reported as certainly not done', ({ outcome }) => outcome === 'failed'),
    ],
    remarks: 'A target that leaves every failure open passes, and helps nobody.',
  },
];

export const GUARANTEE_CHECKS: readonly Check[] = CHECKED.map(guaranteeCheck);
