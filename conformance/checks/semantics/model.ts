import { type JsonObject, mergePatch } from './merge-patch.ts';

/** What a write demands of its document before it: that it is there, that it is not, or that it has a version. */
export type WriteDemand = 'nothing' | 'there' | 'not there' | 'current' | 'outdated' | 'future';

export interface ModelWrite {
  readonly kind: 'create' | 'put' | 'patch' | 'delete';
  /** Which of the program's documents. */
  readonly slot: number;
  /** The content, or the merge patch; nothing for a delete. */
  readonly body: JsonObject;
  readonly demand: WriteDemand;
}

export type ProgramStep =
  | ModelWrite
  | { readonly kind: 'read'; readonly slot: number }
  | { readonly kind: 'batch'; readonly writes: readonly ModelWrite[] };

/** A document as it must be: never there (version 0), there, or deleted. */
export interface State {
  readonly isThere: boolean;
  /** Of the last write, a deletion included. */
  readonly version: number;
  readonly body: JsonObject;
}

export const NEVER: State = { isThere: false, version: 0, body: {} };

/** What HTTP leaves to a server: RFC 5789, section 2, and RFC 9110, section 9.3.5. */
export interface Manners {
  /** A PATCH of what is not there makes it. */
  readonly patchMakes: boolean;
  /** A DELETE of what is not there is answered as done. */
  readonly deleteIsDone: boolean;
}

/**
 * What must become of a write:
 * - `done`: it happens, and leaves this state
 * - `either`: it is left open whether it happens; if so it leaves this state
 * - `refused`: it does not happen
 * - `absent`: it does not happen, and is answered as for a document that never was
 */
export type WriteFate =
  | { readonly is: 'done' | 'either'; readonly state: State; readonly isMade: boolean }
  | { readonly is: 'refused' }
  | { readonly is: 'absent' };

/** The document store that the contract describes, one write at a time. */
export function fateOf(before: State, { kind, body, demand }: ModelWrite, manners: Manners): WriteFate {
  const { isThere, version } = before;
  const next = (after: JsonObject, is: 'done' | 'either' = 'done'): WriteFate => ({
    is,
    state: { isThere: kind !== 'delete', version: version + 1, body: after },
    isMade: !isThere,
  });
  // A second document under an id would replace the first; whether an id may be used again after a deletion is open.
  if (kind === 'create') return isThere ? { is: 'refused' } : next(body, version === 0 ? 'done' : 'either');
  // What was asked for is so already: 2xx is right then, whatever the condition (RFC 9110, section 13.1.1).
  if (!isMet(before, demand))
    return kind === 'delete' && !isThere ? { is: 'either', state: before, isMade: false } : { is: 'refused' };
  if (kind === 'put') return next(body);
  if (kind === 'delete') {
    if (isThere) return next({});
    return manners.deleteIsDone ? { is: 'done', state: before, isMade: false } : { is: 'absent' };
  }
  if (!isThere && !manners.patchMakes) return { is: 'absent' };
  // A patch that is an object makes an object of whatever it is merged into.
  return next(mergePatch(isThere ? before.body : {}, body) as JsonObject);
}

/** RFC 9110, sections 13.1.1 and 13.1.2. A document that was deleted has no representation, hence no current tag. */
function isMet({ isThere }: State, demand: WriteDemand): boolean {
  if (demand === 'nothing') return true;
  if (demand === 'not there') return !isThere;
  return isThere && (demand === 'there' || demand === 'current');
}

/** The version that a demand names; always one that a document could have. */
export function versionNamed({ version }: State, demand: WriteDemand): number {
  if (demand === 'current') return Math.max(version, 1);
  return demand === 'outdated' && version > 1 ? version - 1 : version + 1;
}

/** What must become of a batch, which happens whole or not at all. */
export type BatchFate =
  | {
      readonly is: 'done' | 'either';
      /** Of all documents of the program. */
      readonly states: readonly State[];
      /** Of each write, in their order. */
      readonly versions: readonly number[];
    }
  | { readonly is: 'refused' };

export function batchFateOf(
  states: readonly State[],
  writes: readonly ModelWrite[],
  manners: Manners,
): BatchFate {
  const now = [...states];
  const versions: number[] = [];
  let is: 'done' | 'either' = 'done';
  for (const write of writes) {
    const fate = fateOf(now[write.slot] ?? NEVER, write, manners);
    if (fate.is === 'refused' || fate.is === 'absent') return { is: 'refused' };
    if (fate.is === 'either') is = 'either';
    now[write.slot] = fate.state;
    versions.push(fate.state.version);
  }
  return { is, states: now, versions };
}
