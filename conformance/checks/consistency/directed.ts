import type { OperationKind } from '../../../reference-worker/target/index.ts';
import { type Program, parseProgram, type Step } from '../../programs/index.ts';

/**
 * Programs that lead straight to where Workers are known to break; random ones find the way there now and then. After
 * 1 s the near replica has what was written and the far one, which EDI reads from, has not; after 5 s both have.
 */
const DIRECTED = [
  // What a session wrote it reads elsewhere, where no replica has it yet, or KV has what was there before.
  'plain: A put x; A read x in EDI; A put x in EDI; A read x; A read all in EDI',
  'plain: A put x; wait 5000; B read x in MAN; A put x; A read x in MAN; A read all in MAN',
  // What a session saw it sees elsewhere too; also that it is gone, which is an error's to say.
  'plain: A put x; wait 5000; A put x; wait 1000; B read x; B read x in EDI; B read all in EDI',
  'plain: A put x; wait 5000; B read x; A delete x; wait 1000; B read x; B read x in EDI',
  // ... also when KV showed it, to a session that had come from an earlier position.
  'plain: A put x; wait 5000; B read x; A put x; wait 1000; A read x in MAN; B read x in MAN; B read x in EDI',
  // What a session sees it knows with all that came before it.
  'plain: A put x; wait 5000; A put x; A put y; wait 1000; B read y; B read x in EDI',
  'plain: A put x; A put y; wait 1000; A read y in MAN; B read y in MAN; B read x in EDI',
  // A page is of one state, though KV may have older documents, or newer ones than a replica that is behind.
  'plain: A put x; wait 5000; B read x in MAN; A put x; A put y; wait 1000; C read all in MAN',
  'plain: A put x; wait 5000; B read x in MAN; A put x; wait 1000; B read x; B put y; wait 1000; ' +
    'C read all in MAN',
  'faulty: A put x + put y; wait 5000; A put x; wait 1000; B read x; B put y; wait 1000; B read y in MAN; ' +
    'C read all in MAN !sent-far',
  // Two that saw the same version change it, one after the other, in a batch, and at once.
  'plain: A put x; wait 5000; B read x; C read x; B put x@seen; C put x@seen in EDI; B patch x@seen; ' +
    'B delete x@outdated; B delete x@seen',
  'plain: A put x; A put x; A put x@outdated + put y; A put y + patch x@seen; A delete x@outdated + put z; ' +
    'A read all',
  'busy: A put x; wait 200; wait 5000; B read x; C read x in EDI; wait 200; wait 200; B put x@seen; ' +
    'C put x@seen in EDI; wait 200; wait 200',
  // What is deleted stays so, also where a replica or KV still shows it, and numbers go on.
  'plain: A put x; wait 5000; B read x in MAN; A delete x; B patch x in EDI; A read x in MAN; A read x in EDI',
  'plain: A put x; A delete x; B create x; B put x; A put x; B read all in EDI',
  // All of a batch or nothing, when it is refused, when its reply is lost.
  'plain: A put x; A put x + patch z; A read all; A put y + put x; A patch y + put x@outdated; wait 1000; ' +
    'B read all; B read all in EDI',
  'faulty: A put x + put y !reply-lost; A read all; A put x + put y !request-lost; wait 1000; A read all',
  'faulty: A put x + put y; B put x + delete y !reset-before-commit; wait 1000; B read all; wait 5000; ' +
    'B read all',
  // Unknown is unknown: neither repeated, nor called a failure, nor called done.
  'faulty: A put x; A put x !reply-lost; A put x; A delete x !reply-lost; A put x',
  'faulty: A put x; A put x !reset-after-commit; A read x; A put x !request-lost; A put x !overloaded; ' +
    'A read x',
  'faulty: A put x; wait 5000; A patch x !request-lost; wait 1000; A patch x; A patch x; A read x in EDI',
  // What is refused does not happen.
  'plain: A put x; A put x; A put x@outdated; A patch x@outdated; B create x; A delete x@outdated; ' +
    'B patch y; B delete z; A read all',
];

/** @param supports whether the target has a route: what needs another one is left out */
export const directed = (supports: (kind: OperationKind) => boolean): Program[] =>
  DIRECTED.map(parseProgram).filter(({ steps }) => steps.flatMap(kindsOf).every(supports));

function kindsOf(step: Step): OperationKind[] {
  if (step.kind === 'wait') return [];
  if (step.kind === 'read') return [step.of === 'all' ? 'list' : 'read'];
  const kinds = step.changes.map(({ kind }) => kind);
  return kinds.length > 1 ? [...kinds, 'batch'] : kinds;
}
