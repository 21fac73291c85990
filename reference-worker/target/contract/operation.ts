/** What a client asks of a document store, in the words of the contract; an adapter says how that looks on the wire. */
export type Operation = Read | List | Join | Write | Batch;

export type Body = Readonly<Record<string, unknown>>;

export interface Read {
  readonly kind: 'read';
  readonly collection: Collection;
  readonly id: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

export interface List extends Page {
  readonly kind: 'list';
  readonly collection: Collection;
  readonly filter?:
    | { readonly field: string; readonly is: string }
    | { readonly field: string; readonly prefix: string };
  /** An indexed field; descending with a `-` in front. */
  readonly sort?: string;
}

/** A client with its finances. */
export interface Join extends Page {
  readonly kind: 'join';
  readonly clientId: string;
}

interface Page {
  readonly limit?: number;
  readonly cursor?: string;
}

export type Write = Create | Put | Patch | Delete;

interface Target {
  readonly collection: Collection;
  readonly id: string;
}

export interface Create extends Target {
  readonly kind: 'create';
  readonly body: Body;
}

export interface Put extends Target {
  readonly kind: 'put';
  readonly body: Body;
  /** An ETag, or `*` for any document that exists. */
  readonly ifMatch?: string;
  /** `*`: only if there is none. */
  readonly ifNoneMatch?: '*';
}

export interface Patch extends Target {
  readonly kind: 'patch';
  /** A merge patch (RFC 7396). */
  readonly body: Body;
  readonly ifMatch?: string;
}

export interface Delete extends Target {
  readonly kind: 'delete';
  readonly ifMatch?: string;
}

/** All of the writes, or none. */
export interface Batch {
  readonly kind: 'batch';
  readonly writes: readonly Write[];
}

export type OperationKind = Operation['kind'];

export const COLLECTIONS = ['groups', 'users', 'clients', 'finances', 'notes'] as const;
export type Collection = (typeof COLLECTIONS)[number];

/** The fields that can be filtered and sorted by. */
export const INDEXED_FIELDS: Readonly<Record<Collection, readonly string[]>> = {
  groups: ['name'],
  users: ['email', 'surname', 'groupId'],
  clients: ['surname', 'postcode', 'groupId'],
  finances: ['clientId', 'reviewOn'],
  notes: ['clientId', 'authorId'],
};

export const isWrite = (operation: Operation): operation is Write =>
  ['create', 'put', 'patch', 'delete'].includes(operation.kind);

export const changesDocuments = (operation: Operation): operation is Write | Batch =>
  isWrite(operation) || operation.kind === 'batch';
