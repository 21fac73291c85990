import type { Body, Operation, OperationKind } from './operation.ts';

/** A request without a place to go to: an adapter knows paths and headers, a target knows hosts. */
export interface HttpRequest {
  readonly method: string;
  /** With its search; sent as it is, escapes included. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** `latin1`: each character of the body is one byte, so that it can be what is no UTF-8. UTF-8 unless told otherwise. */
  readonly bodyEncoding?: 'latin1' | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a header that was sent more than once is joined with `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** A document as a response showed it. */
export interface Shown {
  readonly id: string;
  /** Absent where a response tells none. */
  readonly version?: number | undefined;
  /** Absent where a response names a document without its content. */
  readonly body?: Body | undefined;
}

/** What a response means. */
export interface Answer {
  /**
   * - `ok`: it was done
   * - `absent`: there is no such document
   * - `refused`: it was certainly not done
   * - `unknown`: it may have been done (rule of evidence 8)
   */
  readonly outcome: 'ok' | 'absent' | 'refused' | 'unknown';
  /** What a read, a list or a join showed, or what a write or a batch made, in its own order. */
  readonly documents: readonly Shown[];
  /** Of a list: where the next page begins; null at the end. */
  readonly cursor?: string | null | undefined;
  readonly etag?: string | undefined;
  readonly bookmark?: string | undefined;
  /** The error's stable name, where the target has one. */
  readonly code?: string | undefined;
  /** Which copy of the database answered, where the target says so: `WEUR replica`. */
  readonly servedBy?: string | undefined;
  /** Why the adapter could not read the response, if it could not. */
  readonly unreadable?: string;
  /** Whether a cache answered, where the target says so. */
  readonly cache?: 'hit' | 'miss' | 'bypass' | 'off' | undefined;
}

/** How clients make one kind of request. The preconditions of an operation become If-Match and If-None-Match. */
export interface Route<Asked extends Operation = Operation> {
  readonly method: string;
  /** As in `/v1/:collection/:id`: what has a name is filled in from the operation, escaped. */
  readonly path: string;
  /** What is undefined is left out. */
  readonly search?: (operation: Asked) => Readonly<Record<string, string | number | undefined>>;
  /** The body, as JSON. */
  readonly json?: (operation: Asked) => unknown;
  /** The media type of that body: `application/json` unless told otherwise. */
  readonly contentType?: string;
}

/** What no route serves is not asked for: the checks that need it are skipped, and said to be. */
export type Routes = {
  readonly [Kind in OperationKind]?: Route<Extract<Operation, { kind: Kind }>>;
};

/** What the owner of a Worker states: the largest values that it accepts or takes. What is absent is not claimed. */
export interface Limits {
  /** Of a document's body, as JSON in UTF-8. */
  readonly bodyMaxBytes?: number;
  /** Of the body of a request. */
  readonly requestMaxBytes?: number;
  readonly batchMaxOperations?: number;
  readonly listMaxItems?: number;
  /** How many items a list shows that does not say how many. */
  readonly listDefaultItems?: number;
  /** In characters. */
  readonly idMaxLength?: number;
  /** In characters. */
  readonly indexedFieldMaxLength?: number;
  /** In UTF-8. */
  readonly prefixMaxBytes?: number;
  /** How often a read is tried while the database is interrupted, the first attempt included. */
  readonly readAttempts?: number;
  /** Within which every request notices that an account was deactivated, moved or renamed. */
  readonly accountTtlMs?: number;
}

/**
 * What a Worker may promise beyond answering its routes. What an adapter does not name is not judged: the checks that
 * need it are skipped, and said to be.
 */
export const PROMISES = {
  sessions: 'that a session reads what it has written and never goes back behind what it has read',
  versions: 'that every write raises the version of its document by one, from 1 on, and tells it',
  'tenant-hosts': "that each account has a hostname of its own, and refuses other accounts' tokens there",
  'unique-ids': 'that a POST at an id that a document has is refused',
  'sealed-cursors': 'that a cursor is refused when it was edited, or made for another account or list',
  'sealed-bookmarks':
    "that another account's bookmark is worth nothing, and is neither refused nor handed on",
  'sorted-lists': 'that lists are sorted by any indexed field, and then by id',
  'strict-queries': 'that a parameter of a list is refused when it is unknown or given twice',
  'never-stored': 'that every answer is private and no-store, and varies by who is asking',
  'exact-json':
    'that JSON is given back as it was sent or refused, with names given twice and other charsets',
  'problem-documents':
    'that every error is a problem document with a code, whether it is definite, and the next step',
} as const;
export type PromiseName = keyof typeof PROMISES;

/** What a check may claim numbers about. */
export const limitsOf = ({ limits = {} }: Adapter): Limits => limits;

/** Everything that conformance has to know of a Worker's own dialect. */
export interface Adapter {
  readonly name: string;
  readonly limits?: Limits;
  readonly promises?: readonly PromiseName[];
  readonly routes: Routes;
  /** The request and response header that carries a session's position; absent where there are no bookmarks. */
  readonly bookmarkHeader?: string;
  /** How the target's ETags name a version of a document: what If-Match is sent with. Absent where it is not taken. */
  etagOf?(version: number): string;
  /** The headers that show who is asking. */
  identify(token: string): Readonly<Record<string, string>>;
  /**
   * Reads a response.
   *
   * @param json its body; undefined when it is empty
   * @throws any error for a response that is none of this Worker's: after a write its outcome is then `unknown`
   */
  decode(response: HttpResponse, json: unknown, operation: Operation): Answer;
}
