import type { Expected } from './shapes.ts';

export interface Call {
  readonly operation: string;
  readonly kind: 'read' | 'write';
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: object | string;
  readonly contentType?: string;
  /** The entity tag that must still be the newest; 412 is then a possible answer. */
  readonly ifMatch?: string;
  /** The path of a list: an answer that redirects there, or to a document below it, says that the write was done. */
  readonly redirectsTo?: string;
  /** Of a visitor, who has no session: the headers by which the account is reached, instead of those that show who is asking. */
  readonly reach?: Record<string, string>;
  readonly expect: Expected;
}

/** A request without what is known of all answers. */
export type CallOf<Known extends keyof Expected> = Omit<Call, 'expect'> & {
  readonly expect: Expected extends infer Each ? (Each extends Expected ? Omit<Each, Known> : never) : never;
};

export interface CallAnswer {
  readonly outcome: 'ok' | 'conflict' | 'failed';
  /** Of the one document that was asked for or written. Bodies are not handed on: a thinking user would keep them alive. */
  readonly id?: string | undefined;
  readonly version?: number | undefined;
  /** What its selected field holds; undefined when that is no text. */
  readonly shown?: string | undefined;
}

/** One user's connection to the account's Worker: the only place that sends requests and judges responses. */
export type SendCall = (call: Call) => CallAnswer;

export interface Search {
  readonly field: string;
  readonly prefix: string;
}

/** What a visitor looks at. */
export interface Visit {
  readonly account: string;
  /** The headers by which it is reached. */
  readonly reach: Record<string, string>;
  /** Of the document; empty without any. */
  readonly id: string;
}

/** What a virtual user is and decides. All of it follows from the seed and the user's number (rule of evidence 7). */
export interface VirtualUser {
  readonly id: string;
  /** Whose canaries it may see. */
  readonly account: string;
  readonly pop: string;
  /** Milliseconds until the next request. */
  thinkMs(): number;
  /** True with this probability. @param writes whether it is a write: while everybody writes, it is always true */
  does(share: number, writes?: boolean): boolean;
  /** The id of a document of a resource, by Zipf's distribution. */
  draw(resource: string): string;
  pickSearch(): Search;
  /** An account that is looked at, by Zipf's distribution, and a document of it where a resource is named. */
  visit(resource?: string): Visit;
  /** A word that no other write has, in this run or another on the same data; later ones sort later. */
  nextMark(): string;
}

/** What every step needs. */
export interface UserSession {
  readonly user: VirtualUser;
  readonly target: SendCall;
}
