import type { Collection } from './collections.ts';
import { problemOf } from './d1-errors.ts';
import { Problem } from './problem.ts';
import type { ShardSession } from './shard-session.ts';
import { deleteDocument, patchDocument, putDocument, requireState, type Statement } from './statements.ts';

/** One write, as a single-document route or a batch asks for it. */
export interface Mutation {
  readonly op: 'create' | 'put' | 'patch' | 'delete';
  readonly collection: Collection;
  readonly id: string;
  /** The body, or the merge patch; unused by delete. */
  readonly bodyJson: string;
  readonly precondition: Precondition;
}

/** If-Match with a version or `*` (live), If-None-Match: * (vacant), or nothing. */
export type Precondition =
  | { readonly kind: 'none' }
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'live' }
  | { readonly kind: 'vacant' };

export interface Mutated {
  readonly id: string;
  readonly version: number;
  /** A put that found no live document made one. */
  readonly created: boolean;
}

/**
 * Applies all mutations in one transaction, or none.
 *
 * @throws Problem `id_taken`, `not_found` or `precondition_failed`, all definite, naming the position
 */
export async function applyMutations(
  store: ShardSession,
  mutations: readonly Mutation[],
): Promise<Mutated[]> {
  const statements = mutations.flatMap((mutation, position) => [
    requireState(mutation.collection, mutation.id, position, wantedState(mutation)),
    writeOf(mutation),
  ]);
  try {
    const rows = await store.write(statements);
    return mutations.map(({ id }, position) => {
      const before = firstColumn(rows[position * 2]?.[0]);
      const version = firstColumn(rows[position * 2 + 1]?.[0]);
      if (typeof version !== 'number')
        throw new Error(`write ${position} passed its precondition and wrote nothing`);
      return { id, version, created: before === 'absent' || before === 'deleted' };
    });
  } catch (error) {
    throw refusal(error, mutations) ?? problemOf(error, 'write');
  }
}

/** What `requireState` raises: the position in the batch and the state that it found. */
const REFUSAL = /precondition (\d+) (absent|deleted|\d+)/;

function wantedState({ op, precondition }: Mutation): string {
  if (op === 'create') return 'absent';
  if (precondition.kind === 'version') return String(precondition.version);
  if (precondition.kind !== 'none') return precondition.kind;
  return op === 'put' ? 'any' : 'live';
}

function writeOf({ op, collection, id, bodyJson }: Mutation): Statement {
  if (op === 'delete') return deleteDocument(collection, id);
  if (op === 'patch') return patchDocument(collection, id, bodyJson);
  return putDocument(collection, id, bodyJson);
}

function refusal(error: unknown, mutations: readonly Mutation[]): Problem | undefined {
  const [, position, state] = (error instanceof Error && REFUSAL.exec(error.message)) || [];
  const mutation = mutations[Number(position)];
  if (!mutation) return undefined;
  const which = `${mutation.collection}/${mutation.id} (operation ${position})`;
  if (mutation.op === 'create')
    return new Problem('id_taken', `${which} exists, or existed and was deleted.`);
  if (mutation.precondition.kind !== 'none') {
    const now =
      state === 'absent' || state === 'deleted' ? 'there is no such document' : `its version is ${state}`;
    return new Problem('precondition_failed', `The precondition on ${which} does not hold: ${now}.`);
  }
  return new Problem('not_found', `There is no ${which}.`);
}

const firstColumn = (row: unknown): unknown => Object.values(row ?? {})[0];
