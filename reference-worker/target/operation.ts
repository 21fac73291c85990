/** What a client asks of a document store, whatever its dialect; a system says how that looks on the wire. */
export type Operation = Read | List | Join | Write | Batch;

export type DocumentBody = Readonly<Record<string, unknown>>;

export interface Read extends Handle {
  readonly kind: 'read';
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

export interface List extends Page {
  readonly kind: 'list';
  /** Its name, as the system has it. */
  readonly resource: string;
  readonly filter?:
    | { readonly field: string; readonly is: string }
    | { readonly field: string; readonly prefix: string };
  /** An indexed field; descending with a `-` in front. */
  readonly sort?: string;
}

/** A document with its children: `child` names their resource, whose parent is `resource`. */
export interface Join extends Handle, Page {
  readonly kind: 'join';
  readonly child: string;
}

interface Page {
  readonly limit?: number;
  readonly cursor?: string;
}

export type Write = Create | Put | Patch | Delete;

/** Which document is meant. Checks hold handles, never bare ids: where the server makes ids, an answer tells them. */
export interface Handle {
  readonly resource: string;
  readonly id: string;
}

/** Its id is a wish: a Worker that makes ids itself is not told it, and its answer names the document. */
export interface Create extends Handle {
  readonly kind: 'create';
  readonly body: DocumentBody;
}

export interface Put extends Handle {
  readonly kind: 'put';
  readonly body: DocumentBody;
  /** An ETag, or `*` for any document that exists. */
  readonly ifMatch?: string;
  /** `*`: only if there is none. */
  readonly ifNoneMatch?: '*';
}

export interface Patch extends Handle {
  readonly kind: 'patch';
  /** A merge patch (RFC 7396). */
  readonly body: DocumentBody;
  readonly ifMatch?: string;
}

export interface Delete extends Handle {
  readonly kind: 'delete';
  readonly ifMatch?: string;
}

/** All of the writes, or none. */
export interface Batch {
  readonly kind: 'batch';
  readonly writes: readonly Write[];
}

export type OperationKind = Operation['kind'];

export const isWrite = (operation: Operation): operation is Write =>
  ['create', 'put', 'patch', 'delete'].includes(operation.kind);

export const changesDocuments = (operation: Operation): operation is Write | Batch =>
  isWrite(operation) || operation.kind === 'batch';
