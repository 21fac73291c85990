import {
  type Answer,
  type Operation as Asked,
  type Body,
  type Write as OneWrite,
  type Resource,
  resourcesWith,
  resourceWith,
  type System,
} from '../../reference-worker/target/index.ts';
import type { Effect, RecordedOperation, RecordedRead, RecordedWrite, Seen } from '../history/index.ts';
import type { Change, Key, ReadStep, WriteStep } from './program.ts';

/** Between what a program says, what the contract calls it, and what a history keeps of it. */

/** The documents of one program: their field is the same, so that it lists them and no others. */
export interface ProgramDocuments {
  readonly resource: Resource;
  /** Undefined where nothing can be listed. */
  readonly field: string | undefined;
  /** Begins their ids, and is what the field holds. */
  readonly name: string;
}

/** Of the first resource that a program can use. @throws NeedNotMet when there is none */
export function documentsOf(system: System, name: string): ProgramDocuments {
  const routes = ['put', 'read'] as const;
  const [listed] = resourcesWith(system, { routes: [...routes, 'list'], indexed: 1 });
  const resource = listed ?? resourceWith(system, { routes });
  return { resource, field: listed?.indexed[0], name };
}

/** Where and when a request was made and answered. */
export type Invocation = Pick<RecordedOperation, 'session' | 'pop' | 'invoked' | 'completed'>;

/**
 * The effects that a step asks for.
 *
 * @param value unique among the writes of the program; each effect makes its own of it
 * @param seen the version that the session last saw of a key, if it saw any
 */
export function effectsOf(
  { changes }: WriteStep,
  value: string,
  seen: (key: Key) => number | undefined,
): Effect[] {
  return changes.map(({ kind, key, condition }) => {
    const expected = demanded(condition, seen(key));
    return { kind, key, value: `${value}${key}`, ...(expected !== undefined && { expected }) };
  });
}

/** A version that nobody can demand, 0, demands nothing. */
function demanded(condition: Change['condition'], seen = 0): number | undefined {
  const version = { none: 0, seen, outdated: seen - 1 }[condition];
  return version > 0 ? version : undefined;
}

export function writeRequest(
  effects: readonly Effect[],
  { resource, field, name }: ProgramDocuments,
  { request: { etagOf } }: Pick<System, 'request'>,
): Asked {
  const writes = effects.map(({ kind, key, value, expected }): OneWrite => {
    const document = { resource: resource.name, id: idOf(name, key) };
    const ifMatch = expected === undefined || !etagOf ? {} : { ifMatch: etagOf(expected) };
    const body: Body = { ...resource.document(name), ...(field !== undefined && { [field]: name }), value };
    if (kind === 'delete') return { kind, ...document, ...ifMatch };
    return kind === 'create' ? { kind, ...document, body } : { kind, ...document, body, ...ifMatch };
  });
  const [only] = writes;
  return only && writes.length === 1 ? only : { kind: 'batch', writes };
}

export const readRequest = (of: ReadStep['of'], { resource, field = '', name }: ProgramDocuments): Asked =>
  of === 'all'
    ? { kind: 'list', resource: resource.name, filter: { field, is: name } }
    : { kind: 'read', resource: resource.name, id: idOf(name, of) };

/** @param answer undefined when none came */
export function writeOf(
  invocation: Invocation,
  effects: readonly Effect[],
  answer: Answer | undefined,
): RecordedWrite {
  const outcome = answer?.outcome ?? 'unknown';
  if (answer?.outcome === 'ok') {
    const done = effects.map((effect, index) => ({ ...effect, version: answer.documents[index]?.version }));
    return { kind: 'write', ...invocation, outcome: 'ok', effects: done };
  }
  return { kind: 'write', ...invocation, outcome: outcome === 'unknown' ? 'unknown' : 'failed', effects };
}

/**
 * @param keys the documents that a page would show
 * @returns undefined for an answer that shows nothing, not even that a document is absent
 */
export function readOf(
  invocation: Invocation,
  keys: readonly Key[],
  name: string,
  answer: Answer | undefined,
): RecordedRead | undefined {
  if (answer?.outcome !== 'ok' && answer?.outcome !== 'absent') return undefined;
  const from = answer.cache === 'hit' ? 'KV' : answer.servedBy;
  const seen = keys.map((key): Seen => {
    const shown = answer.documents.find(({ id }) => id === idOf(name, key));
    const source = from === undefined ? {} : { from };
    return shown
      ? { key, version: shown.version ?? 0, value: String(shown.body?.value), ...source }
      : { key, version: 0, ...source };
  });
  return { kind: 'read', ...invocation, seen };
}

const idOf = (name: string, key: string): string => `${name}-${key}`;
