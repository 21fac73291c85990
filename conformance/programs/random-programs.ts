import fc from 'fast-check';
import type { OperationKind, Pop } from '../../reference-worker/target/index.ts';
import { canonical, oneOf } from './draw.ts';
import {
  type Change,
  KEYS,
  type Key,
  type Program,
  type ProgramMode,
  READ_FAULTS,
  type ReadForm,
  type ReadStep,
  type SessionName,
  type Step,
  WRITE_FAULTS,
  type WriteStep,
} from './program.ts';

/** In steps, waits included. */
export const LONGEST_PROGRAM = 32;

const rarely = <RequestFault>(faults: readonly RequestFault[]): fc.Arbitrary<RequestFault | 'none'> =>
  oneOf<RequestFault | 'none'>('none', ...faults.flatMap((fault) => ['none', 'none', fault] as const));

export const anySession = oneOf<SessionName>('A', 'A', 'A', 'B', 'B', 'C');
export const anyPop = oneOf<Pop>('LHR', 'LHR', 'LHR', 'EDI', 'EDI', 'EDI', 'MAN', 'MAN');
const key = oneOf<Key>('x', 'x', 'x', 'y', 'y', 'z');
/** Of one document the last two are plain reads, of a page of all the second and the third. */
const how = oneOf<ReadForm>('plain', 'plain', 'plain', 'plain', 'head', 'if-changed', 'pages', 'join');
const condition = oneOf<Change['condition']>('none', 'none', 'none', 'none', 'seen', 'seen', 'outdated');
/** Less than any lag, between the lags of the replicas, between D1's and KV's, and beyond what KV keeps. */
const wait = fc.record({
  kind: fc.constant('wait' as const),
  ms: oneOf(1_000, 1_000, 1_000, 200, 200, 5_000, 60_000),
});

/**
 * Programs of what a target can do. They shrink to fewer steps, then to one session, LHR, one key, a put without
 * condition and the shortest wait; from any program, also one that was written by hand.
 *
 * @param supports whether the target has a route
 */
export function programs(supports: (kind: OperationKind) => boolean): fc.Arbitrary<Program> {
  const steps = fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: writes(supports) },
        { weight: 5, arbitrary: reads(supports) },
        { weight: 2, arbitrary: wait },
      ),
      { maxLength: LONGEST_PROGRAM, size: 'max' },
    )
    // fast-check tries shorter arrays by leaving out the start. What came after a violation had no part in it.
    .map(
      (backwards) => backwards.toReversed(),
      (steps) => identity<Step[]>(steps).toReversed(),
    );
  const mode = oneOf<ProgramMode>('plain', 'plain', 'plain', 'plain', 'busy', 'faulty', 'faulty', 'faulty');
  return fc.record<Program>({ mode, steps }).map(canonical, identity<Program>);
}

function writes(supports: (kind: OperationKind) => boolean): fc.Arbitrary<WriteStep> {
  const kinds = (['put', 'put', 'put', 'put', 'put', 'patch', 'patch', 'delete', 'create'] as const).filter(
    supports,
  );
  const [kind, ...others] = kinds;
  if (!kind) throw new Error('the target has no route that changes a document');
  const change = fc
    .record({ kind: oneOf(kind, ...others), key, condition })
    // A create has no version to demand.
    .map(
      (drawn): Change => (drawn.kind === 'create' ? { ...drawn, condition: 'none' } : drawn),
      identity<Change>,
    );
  const upTo = (maxLength: number): fc.Arbitrary<Change[]> =>
    fc.uniqueArray(change, { minLength: 1, maxLength, selector: (each) => each.key, size: 'max' });
  const changes = fc.oneof(
    { weight: 3, arbitrary: upTo(1) },
    { weight: supports('batch') ? 2 : 0, arbitrary: upTo(KEYS.length) },
  );
  return fc.record({
    kind: fc.constant('write' as const),
    session: anySession,
    pop: anyPop,
    changes,
    fault: rarely(WRITE_FAULTS),
  });
}

function reads(supports: (kind: OperationKind) => boolean): fc.Arbitrary<ReadStep> {
  const pages = supports('list') ? (['all', 'all'] as const) : [];
  const of = oneOf<ReadStep['of']>('x', 'x', 'y', 'z', ...pages);
  return fc.record({
    kind: fc.constant('read' as const),
    session: anySession,
    pop: anyPop,
    of,
    fault: rarely(READ_FAULTS),
    how,
  });
}

/** What fast-check maps back it has checked for itself, and calls unknown. */
const identity = <Value>(value: unknown): Value => value as Value;
