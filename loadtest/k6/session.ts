import type { Plan } from './plan.ts';
import type { Expected } from './shapes.ts';
import type { VirtualUser } from './user.ts';

export interface Call {
  readonly operation: string;
  readonly kind: 'read' | 'write';
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly body?: object;
  readonly contentType?: string;
  /** The entity tag that must still be the newest; 412 is then a possible answer. */
  readonly ifMatch?: string;
  readonly expect: Expected;
}

export interface Answer {
  readonly outcome: 'ok' | 'conflict' | 'failed';
  /** Of the one document that was asked for or written. Bodies are not handed on: a thinking user would keep them alive. */
  readonly id?: string | undefined;
  readonly version?: number | undefined;
  /** What its selected field holds; undefined when that is no text. */
  readonly shown?: string | undefined;
}

/** One user's connection to the account's Worker: the only place that sends requests and judges responses. */
export type Target = (call: Call) => Answer;

/** What every step needs. */
export interface UserSession {
  readonly plan: Plan;
  readonly user: VirtualUser;
  readonly target: Target;
}
