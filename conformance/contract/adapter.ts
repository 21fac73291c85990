import type { Body, Operation, OperationKind } from './operation.ts';

/** A request without a place to go to: an adapter knows paths and headers, a target knows hosts. */
export interface HttpRequest {
  readonly method: string;
  /** With its search; sent as it is, escapes included. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
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
  readonly version: number;
  /** Absent where a response names a document without its content. */
  readonly body?: Body | undefined;
}

/** What a response means. */
export interface Answer {
  /**
   * - `ok`: it was done
   * - `absent`: there is no such document
   * - `refused`: it was certainly not done
   * - `unknown`: it may have been done (design, section 5, rule 8)
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

/** What a check may claim numbers about. */
export const limitsOf = ({ limits = {} }: Adapter): Limits => limits;

/** Everything that conformance has to know of a Worker's own dialect. */
export interface Adapter {
  readonly name: string;
  readonly limits?: Limits;
  readonly routes: Routes;
  /** The request and response header that carries a session's position. */
  readonly bookmarkHeader: string;
  /** How the target's ETags name a version of a document: what If-Match is sent with. */
  etagOf(version: number): string;
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
