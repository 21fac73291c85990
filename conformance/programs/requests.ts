import {
  type Answer,
  type Operation as Asked,
  type DocumentBody,
  familiesOf,
  NeedNotMet,
  type Write as OneWrite,
  type Resource,
  resourcesWith,
  resourceWith,
  type System,
} from '../../reference-worker/target/index.ts';
import type { Effect, RecordedOperation, RecordedRead, RecordedWrite, Seen } from '../history/index.ts';
import type { Change, Key, ReadForm, ReadStep, WriteStep } from './program.ts';

/** Between what a program says, what the contract calls it, and what a history keeps of it. */

/** The documents of one program: their field is the same, so that it lists them and no others, and joins them to a parent. */
export interface ProgramDocuments {
  readonly resource: Resource;
  /** Undefined where nothing can be listed. */
  readonly field: string | undefined;
  /** Holds what a write is known by. */
  readonly member: string;
  /** What they belong to, where the target shows it with them. */
  readonly parent: Resource | undefined;
  /** Begins their ids, is that of the parent, and is what the field holds. */
  readonly name: string;
}

/** Of the first resource that a program can use. @throws NeedNotMet when there is none */
export function documentsOf(system: System, name: string): ProgramDocuments {
  const routes = ['put', 'read'] as const;
  const ids = 'client';
  const [family] = familiesOf(system, { joined: true });
  if (family && resourcesWith(system, { routes: [...routes, 'list'], ids }).includes(family.child))
    return {
      resource: family.child,
      field: family.field,
      member: memberOf(family.child),
      parent: family.parent,
      name,
    };
  const [listed] = resourcesWith(system, { routes: [...routes, 'list'], indexed: 1, ids });
  const resource = listed ?? resourceWith(system, { routes, ids });
  return { resource, field: listed?.texts[0], member: memberOf(resource), parent: undefined, name };
}

/** @throws NeedNotMet for documents that show nothing of what they are sent as it is */
function memberOf({ name, plain }: Resource): string {
  if (plain !== undefined) return plain;
  throw new NeedNotMet(
    `needs a field of ${name} that holds any text, is not indexed and may be the same in two documents`,
  );
}

/** Where and when a request was made and answered. */
export type RequestTimes = Pick<RecordedOperation, 'session' | 'pop' | 'invoked' | 'completed'>;

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
  { resource, field, member, name }: ProgramDocuments,
  { request: { etagOf } }: Pick<System, 'request'>,
): Asked {
  const writes = effects.map(({ kind, key, value, expected }): OneWrite => {
    const document = { resource: resource.name, id: idOf(name, key) };
    const ifMatch = expected === undefined || !etagOf ? {} : { ifMatch: etagOf(expected) };
    const body: DocumentBody = {
      ...resource.document(name),
      ...(field !== undefined && { [field]: name }),
      [member]: value,
    };
    if (kind === 'delete') return { kind, ...document, ...ifMatch };
    return kind === 'create' ? { kind, ...document, body } : { kind, ...document, body, ...ifMatch };
  });
  const [only] = writes;
  return only && writes.length === 1 ? only : { kind: 'batch', writes };
}

/** What a page is asked for as, and what it is asked for. */
export function readRequest(
  of: ReadStep['of'],
  how: ReadForm,
  { resource, field = '', parent, name }: ProgramDocuments,
): Asked {
  if (of !== 'all') return { kind: 'read', resource: resource.name, id: idOf(name, of) };
  if (how === 'join' && parent)
    return { kind: 'join', resource: parent.name, child: resource.name, id: name };
  const list = { kind: 'list', resource: resource.name, filter: { field, is: name } } as const;
  return how === 'pages' ? { ...list, limit: 1 } : list;
}

/** What the documents belong to. */
export const parentRequest = ({ parent, name }: ProgramDocuments): Asked | undefined =>
  parent && { kind: 'put', resource: parent.name, id: name, body: parent.document(name) };

/** @param answer undefined when none came */
export function writeOf(
  invocation: RequestTimes,
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
 * @param isWhole whether what a page does not show is not there
 * @returns undefined for an answer that shows nothing, not even that a document is absent
 */
export function readOf(
  invocation: RequestTimes,
  keys: readonly Key[],
  { name, member }: Pick<ProgramDocuments, 'name' | 'member'>,
  answer: Answer | undefined,
  isWhole: boolean,
): RecordedRead | undefined {
  if (answer?.outcome !== 'ok' && answer?.outcome !== 'absent') return undefined;
  const seen = keys.flatMap((key): Seen[] => {
    const shown = answer.documents.find(({ id }) => id === idOf(name, key));
    if (!shown) return isWhole ? [{ key, version: 0, ...sourceOf(answer) }] : [];
    // A list of ids alone tells of no state.
    if (shown.version === undefined && shown.body === undefined) return [];
    return [{ key, version: shown.version ?? 0, value: String(shown.body?.[member]), ...sourceOf(answer) }];
  });
  return seen.length === 0 ? undefined : { kind: 'read', ...invocation, seen };
}

/** An answer without content tells the version alone. */
export function versionRead(
  invocation: RequestTimes,
  key: Key,
  version: number,
  answer: Answer,
): RecordedRead {
  return { kind: 'read', ...invocation, seen: [{ key, version, ...sourceOf(answer) }] };
}

function sourceOf({ cache, servedBy }: Answer): Pick<Seen, 'from'> {
  const from = cache === 'hit' ? 'KV' : servedBy;
  return from === undefined ? {} : { from };
}

const idOf = (name: string, key: string): string => `${name}-${key}`;
