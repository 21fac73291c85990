import type { DocumentBody } from './operation.ts';

/** A request without a place to go to: a system knows paths and headers, a target knows hosts. */
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
  readonly body?: DocumentBody | undefined;
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
  /** Why the response could not be read, if it could not. */
  readonly unreadable?: string;
  /** Whether a cache answered, where the target says so. */
  readonly cache?: 'hit' | 'miss' | 'bypass' | 'off' | undefined;
}
