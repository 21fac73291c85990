import fc from 'fast-check';
import { anyPop, anySession, canonical, type Key, keysOf, oneOf, type Step } from '../programs/index.ts';

/** What random clients do, before anything has answered; the same for every configuration of a target. */
export type RegisterProgram = readonly Step[];

/** Each is a register, and a page shows both. */
export const REGISTERS = ['x', 'y'] as const satisfies readonly Key[];

const register = oneOf<Key>('x', 'x', 'y');
const written = register.map(
  (key) => [{ kind: 'put', key, condition: 'none' } as const],
  (changes) => (Array.isArray(changes) ? changes[0]?.key : undefined),
);
const kind = <Kind extends Step['kind']>(value: Kind): fc.Arbitrary<Kind> => fc.constant(value);
const fault = fc.constant('none' as const);
/** Between the lags of the replicas, between D1's and KV's, and beyond what KV keeps (see target/lagging-behaviour.ts). */
const ms = oneOf(1_000, 1_000, 1_000, 5_000, 60_000);

const write: fc.Arbitrary<Step> = fc.record({
  kind: kind('write'),
  session: anySession,
  pop: anyPop,
  changes: written,
  fault,
});
const read: fc.Arbitrary<Step> = fc.record({
  kind: kind('read'),
  session: anySession,
  pop: anyPop,
  of: oneOf<Key | 'all'>('x', 'x', 'y', 'all', 'all'),
  fault,
  how: fc.constant('plain' as const),
});
const wait: fc.Arbitrary<Step> = fc.record({ kind: kind('wait'), ms });

/** In steps, waits included. */
export const MOST_STEPS = 64;

/**
 * Shrinks to fewer steps, then to fewer sessions, LHR, one register and the shortest wait; also anew from a program that has
 * been shrunk, which is why everything here can be mapped back.
 */
export const registerPrograms: fc.Arbitrary<RegisterProgram> = fc
  .array(
    fc.oneof({ weight: 3, arbitrary: write }, { weight: 5, arbitrary: read }, { weight: 2, arbitrary: wait }),
    { maxLength: MOST_STEPS, size: 'max' },
  )
  .map(
    (steps): RegisterProgram => canonical({ mode: 'plain', steps }, REGISTERS).steps,
    (program) => program as Step[],
  );

/** The registers that a step writes or reads. */
export const registersOf = (step: Step): readonly Key[] =>
  keysOf(step).flatMap((key) => (key === 'all' ? REGISTERS : key));
