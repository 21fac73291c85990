import { pathsOf } from '../paths.ts';
import type { Expected } from '../shapes.ts';
import type { Verified, ViolationKind } from '../verify.ts';
import { VersionMemory } from '../versions.ts';

/** Right and wrong answers: the kill table of verification. Data, because it is asked in Node and in k6. */
export interface AnswerCase {
  readonly name: string;
  /** A text is sent as it is, anything else as JSON. */
  readonly body: unknown;
  readonly expected: Expected;
}

export const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

export const canary = (id: string, version: number, account = 'acme', collection = 'clients'): string =>
  `canary:${account}:${collection}:${id}:v${version}`;
export const foreign = canary('cl-0000001', 3, 'birch');

export const client = (
  id: string,
  version: number,
  more: Readonly<Record<string, unknown>> = {},
): object => ({
  id,
  _version: version,
  body: { canary: canary(id, version), surname: 'Okafor', ...more },
});
const note = (id: string): object => ({
  id,
  _version: 1,
  body: { canary: canary(id, 1, 'acme', 'notes'), clientId: 'cl-0000001' },
});
const finance = (id: string, clientId: string): object => ({
  id,
  _version: 1,
  body: { canary: canary(id, 1, 'acme', 'finances'), clientId },
});
const page = (...items: unknown[]): object => ({ items, cursor: null });
const joined = (version: number, ...items: unknown[]): object => ({
  client: { id: 'cl-0000001', _version: version },
  items,
});

const account = 'acme';
const resource = 'clients';
const id = 'cl-0000001';
/** Where the reference system's answers hold what is looked at. */
export const paths = pathsOf({
  ...{ id: 'id', version: '_version', body: 'body', canary: 'canary', items: 'items', parent: 'client' },
});
export const oneClient: Expected = { account, shape: 'document', resource, id, select: paths.document() };
const wrote: Expected = {
  ...oneClient,
  select: paths.document('editMark'),
  written: { mustExist: true, version: 3, value: 'mine' },
};
const clients: Expected = {
  ...{ account, shape: 'list', resource, limit: 2, select: paths.items('surname') },
  filter: { field: 'surname', match: 'prefix', value: 'oka' },
};
const notes: Expected = {
  ...{ account, shape: 'list', resource: 'notes', limit: 2, select: paths.items() },
  mustShow: 'no-2',
};
const notesOf = (value: string): Expected => ({
  ...notes,
  select: paths.items('clientId'),
  filter: { field: 'clientId', match: 'equal', value },
});
/** A client with its finances. */
export const joinOf = (clientId: string): Expected => ({
  ...{ account, shape: 'join', resource: 'finances', parent: resource, id: clientId },
  select: paths.items('clientId'),
  filter: { field: 'clientId', match: 'equal', value: clientId },
  ...(paths.mention !== undefined && { mention: paths.mention }),
});
const join = joinOf(id);
export const receipt: Expected = {
  account,
  shape: 'receipt',
  resource,
  id,
  version: 4,
  select: paths.receipt,
};
/** Of pages. */
const anyPage: Expected = { account, shape: 'view', resource };
const pageOfClient: Expected = { ...anyPage, id };
const html = (...texts: string[]): string => `<!doctype html><p>${texts.join('</p><p>')}</p>`;
const problem: Expected = { account, shape: 'problem' };

type Row = readonly [name: string, body: unknown, expected: Expected];
const cases = (rows: readonly Row[]): AnswerCase[] =>
  rows.map(([name, body, expected]) => ({ name, body, expected }));

/** What a user remembers who has seen this version of cl-0000001. */
export function memoryOf(version: number): VersionMemory {
  const seen = new VersionMemory(16);
  seen.saw('clients/cl-0000001', version);
  return seen;
}

/** What Node and k6 must agree on. Not the details: words, in which the two may write a number differently. */
export const findings = ({ violations, documents, version }: Verified): string =>
  JSON.stringify({ kinds: violations.map(({ kind }) => kind), documents, version });

/** With the number of documents that are checked in each. The user has seen version 3 of cl-0000001. */
export const RIGHT: readonly (AnswerCase & { readonly documents: number })[] = (
  [
    [1, 'a document', client(id, 3), oneClient],
    [1, 'a canary with a text before it', client(id, 3, { canary: `note ${canary(id, 3)}` }), oneClient],
    [1, 'what this user wrote', client(id, 3, { editMark: 'mine' }), wrote],
    [1, 'what somebody wrote after this user', client(id, 4, { editMark: 'theirs' }), wrote],
    [2, 'a list', page(client(id, 3), client('cl-0000002', 1)), clients],
    [0, 'an empty list', page(), clients],
    [1, 'a join', joined(3, finance('fi-1', id)), join],
    [0, 'a join without finances', joined(3), join],
    [2, 'a join that shows its client whole', { client: client(id, 3), items: [finance('fi-1', id)] }, join],
    [0, 'a receipt', { id, _version: 4 }, receipt],
    [0, 'a problem', { code: 'version_mismatch' }, problem],
    [2, 'the own new note', page(note('no-3'), note('no-2')), notes],
    [2, 'a page that newer notes have filled', page(note('no-4'), note('no-3')), notes],
    [2, 'notes of the client', page(note('no-3'), note('no-2')), notesOf(id)],
    [1, 'a page of a document', html(canary(id, 7)), pageOfClient],
    [2, 'a page of a document and another one', html(canary('cl-2', 1), canary(id, 1)), pageOfClient],
    [2, 'a page of documents', html(canary(id, 1), canary('no-1', 1, account, 'notes')), anyPage],
    [0, 'a page that shows none', html('Nothing yet.'), anyPage],
  ] as const
).map(([documents, name, body, expected]) => ({ name, body, expected, documents }));

/** By what must be found, among other things perhaps. The user of `stale` has seen version 3 of cl-0000001. */
export const WRONG: Readonly<Record<ViolationKind, readonly AnswerCase[]>> = {
  isolation: cases([
    ['the document of another account', client(id, 3, { canary: foreign }), oneClient],
    ['a foreign item in a list', page(client(id, 3), client('cl-2', 1, { canary: foreign })), clients],
    ['a foreign canary on a page', html(canary(id, 1), foreign), pageOfClient],
    ['a foreign canary on a page of no document', html(foreign), anyPage],
    ['a foreign canary in a problem', { code: 'x', detail: foreign }, problem],
    ['a foreign canary in a body that does not parse', `{"id": "cl-0000001", "${foreign}`, oneClient],
    [
      'an account whose name begins like the own',
      page({ ...client('x', 1), body: { canary: canary('x', 1, 'acme2') } }),
      clients,
    ],
  ]),
  stale: cases([
    ['a document older than this user has seen', client(id, 2), oneClient],
    ['a list item older than this user has seen', page(client(id, 2)), clients],
    ['the client of a join older than this user has seen', joined(2), join],
    ['the own note is missing from a page with room', page(note('no-1')), notes],
    ['the own note is missing between newer and older ones', page(note('no-3'), note('no-1')), notes],
    ['the own note is missing from an empty list', page(), notes],
  ]),
  corrupt: cases([
    ['JSON that is cut off', '{"id": "cl-0000001", "_ver', oneClient],
    ['a whole document, and more after it', `${JSON.stringify(client(id, 3))}}`, oneClient],
    ['a body that is no object', '[]', oneClient],
    ['a body that is null', 'null', oneClient],
    ['an empty body', '', oneClient],
    ['another id than asked for', client('cl-0000002', 3), oneClient],
    ['ids swapped between two documents', { ...client('cl-2', 3), id }, oneClient],
    [
      'the canary of another collection',
      client(id, 3, { canary: canary(id, 3, 'acme', 'users') }),
      oneClient,
    ],
    ['a canary of another version', client(id, 3, { canary: canary(id, 2) }), oneClient],
    ['no canary', { id, _version: 3, body: {} }, oneClient],
    ['a canary that is a list', client(id, 3, { canary: [canary(id, 3)] }), oneClient],
    ['no body', { id, _version: 3 }, oneClient],
    ['a second canary of the own account', client(id, 3, { next: canary('cl-0000002', 1) }), oneClient],
    ['no version', { id, body: { canary: canary(id, 3) } }, oneClient],
    ['a version below 1', page(client('cl-0000009', 0)), clients],
    ['a version that is a text', { ...client(id, 3), _version: '3' }, oneClient],
    ['a list without items', { cursor: null }, clients],
    ['items that are no list', { items: client(id, 3) }, clients],
    ['an item that is a text', page('cl-0000001', client(id, 3)), clients],
    ['an item that is a list', page([client(id, 3)]), clients],
    ['items that are an empty object', { items: {} }, clients],
    ['an item whose id is a number', page({ ...client('1', 3), id: 1 }), clients],
    ['an item without an id', page({ _version: 1, body: {} }), clients],
    ['more items than asked for', page(client('a', 1), client('b', 1), client('c', 1)), clients],
    ['an item that does not match the filter', page(client(id, 1, { surname: 'Ng' })), clients],
    ['an item without the field of the filter', page(client(id, 1, { surname: undefined })), clients],
    ['notes of another client', page(note('no-2')), notesOf('cl-0000002')],
    ['finances of another client', joined(3, finance('fi-1', 'cl-0000002')), join],
    [
      'a client of a join that carries the canary of another document',
      { client: client(id, 3, { canary: canary('cl-0000002', 3) }), items: [] },
      join,
    ],
    ['a join of another client', { client: { id: 'cl-0000002', _version: 3 }, items: [] }, join],
    ['a join that names no client', { items: [] }, join],
    ['a receipt for another version', { id, _version: 5 }, receipt],
    ['a receipt for another document', { id: 'cl-0000002', _version: 4 }, receipt],
    ['an own write replaced at the same version', client(id, 3, { editMark: 'theirs' }), wrote],
    ['an own write that is not there at the same version', client(id, 3), wrote],
    ['a page without its document', html('Nothing yet.'), pageOfClient],
    ['the page of another document', html(canary('cl-0000002', 1)), pageOfClient],
    ['the page of a document whose id begins like it', html(canary(`${id}2`, 1)), pageOfClient],
    ['an empty page', '', pageOfClient],
    ['a document in a problem', { code: 'x', detail: canary(id, 3) }, problem],
  ]),
};
