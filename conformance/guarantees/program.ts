import fc from 'fast-check';
import type { Pop } from '../../reference-worker/local/index.ts';
import { inOrderOfUse, oneOf } from '../programs/draw.ts';

/** What random clients do, before anything has answered; the same for every configuration of a target. */

export const KEYS = ['x', 'y'] as const;
export type Key = (typeof KEYS)[number];
export const CLIENTS = ['A', 'B', 'C'] as const;
export type Client = (typeof CLIENTS)[number];

export type Step =
  | { readonly kind: 'write'; readonly client: Client; readonly pop: Pop; readonly key: Key }
  | { readonly kind: 'read'; readonly client: Client; readonly pop: Pop; readonly keys: readonly Key[] }
  /** Time passes; nobody starts anything. */
  | { readonly kind: 'wait'; readonly ms: number };

export type Program = readonly Step[];

const client = oneOf<Client>('A', 'A', 'A', 'B', 'B', 'C');
const pop = oneOf<Pop>('LHR', 'LHR', 'LHR', 'EDI', 'EDI', 'EDI', 'MAN', 'MAN');
const key = oneOf<Key>('x', 'x', 'y');
/** A page shows one document, or both. */
const keys = oneOf<readonly Key[]>(['x'], ['x'], ['y'], KEYS, KEYS);
/** Between the lags of the replicas, between D1's and KV's, and beyond what KV keeps (see target/lagging-plane.ts). */
const ms = oneOf(1_000, 1_000, 1_000, 5_000, 60_000);

const write = fc.record({ kind: fc.constant('write' as const), client, pop, key });
const read = fc.record({ kind: fc.constant('read' as const), client, pop, keys });
const wait = fc.record({ kind: fc.constant('wait' as const), ms });

/** In steps, waits included. */
export const LONGEST_PROGRAM = 64;

/**
 * Shrinks to fewer steps, then to fewer clients, LHR, one key and the shortest wait; also anew from a program that has
 * been shrunk, which is why everything here can be mapped back.
 */
export const programs: fc.Arbitrary<Program> = fc
  .array(
    fc.oneof({ weight: 3, arbitrary: write }, { weight: 5, arbitrary: read }, { weight: 2, arbitrary: wait }),
    { maxLength: LONGEST_PROGRAM, size: 'max' },
  )
  .map(renamed, (program) => program as Step[]);

/** Names clients and keys in the order of their first steps: programs that differ in names only are one. */
function renamed(steps: Program): Program {
  const clients = inOrderOfUse(
    CLIENTS,
    steps.flatMap((step) => (step.kind === 'wait' ? [] : [step.client])),
  );
  const keys = inOrderOfUse(
    KEYS,
    steps.flatMap((step) => keysOf(step)),
  );
  return steps.map((step) => {
    if (step.kind === 'wait') return step;
    const client = clients(step.client);
    return step.kind === 'write'
      ? { ...step, client, key: keys(step.key) }
      : { ...step, client, keys: step.keys.map(keys).sort() };
  });
}

/** The keys that a step writes or reads. */
export function keysOf(step: Step): readonly Key[] {
  if (step.kind === 'wait') return [];
  return step.kind === 'write' ? [step.key] : step.keys;
}
