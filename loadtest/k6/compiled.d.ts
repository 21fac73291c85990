/** What loadtest/journey/compile.ts makes of a system; bundle-script.ts puts it into the script. */
declare module 'shardproof:journey' {
  /**
   * The headers that show who is asking.
   *
   * @param token what the user signed, or what is listed for it beside the plan: these headers as JSON
   */
  export function identify(token: string): Record<string, string>;
  /** What is at a place of the list beside the plan. */
  export function listed(at: number): string;
  /** What a user's own token claims; null where the plan lists what shows who is asking. */
  export const claims: ((account: string, user: string) => Record<string, string>) | null;
  /** The header of a request that carries the session's position, and the same as k6 names it in an answer; empty without any. */
  export const BOOKMARK: string;
  export const BOOKMARK_ANSWERED: string;
  /** The cookie that carries it instead; empty without any. */
  export const BOOKMARK_COOKIE: string;
  /** The header that tells the local platform for which operation a request is; the Worker does not see it. */
  export const OPERATION_HEADER: string;
  /** Whether a write may be answered by a redirect. */
  export const REDIRECTS: boolean;
  /** Where an answer of status 200 tells an error, and what that says where there is no such document; empty and null without any. */
  export const ERROR: string;
  export const absent: RegExp | null;
  /** What the system promises, as far as answers are judged by it. */
  export const NEVER_STORED: boolean;
  export const PROBLEMS: boolean;
  export const SESSIONS: boolean;

  /**
   * Where a user is in its work. One flat object, because it is what thousands of thinking users keep in one k6: a
   * generator would cost each of them 9 KB, and a function for each place as much.
   */
  export interface Work {
    /** The number of the step that is asked for next. */
    next: number;
    /** The ids of the documents that were opened and created last. */
    opened: string;
    created: string;
    /** Of the opened document, as this user sees it or has just written it. */
    version: number;
    /** What the last write left behind, and what was in its place. */
    mark: string;
    before: string;
    /** Whether the document was read again, because somebody else had been faster. */
    isRetry: boolean;
  }
  /** Every user begins by opening the application. */
  export function startWork(): Work;
  /**
   * Makes the next request, and no other: whoever calls this decides when, so that both load models do the same work.
   */
  export function makeNextRequest(session: import('./session.ts').UserSession, work: Work): void;
}
