import { answeredHeader } from './answered-header.ts';

/**
 * What the compiler of journeys makes of a description (compiled.d.ts), as far as a script of one's own needs it: told when a
 * session is opened.
 */
let bookmark = '';
let bookmarkAnswered = '';
let keepsSessions = false;
let neverStores = false;
/** Nothing is known of errors but that they must not show a document. */
const tellsProblems = false;
/** A script has cookies from k6's own jar. */
const noCookie = '';
/** A script reaches Workers by their URLs, whatever runs them. */
const unnamed = '';
const followsNothing = false;
const noErrors = '';
const absent = null;

let identity: Readonly<Record<string, string>> = {};
/** A copy: the client adds to it. */
const identityHeaders = (): Record<string, string> => ({ ...identity });

/** A Worker, and who asks it. All virtual users of a script are of one Worker and differ in the rest. */
export interface WorkerUnderLoad {
  readonly url: string;
  /** The account whose canaries may be seen. */
  readonly account: string;
  /** The headers that show who is asking. */
  readonly identity: Readonly<Record<string, string>>;
  /** The header that carries a session's position, both ways. */
  readonly bookmarkHeader?: string;
  /** What is judged beside isolation: that a user sees nothing older than before, that answers are private and no-store. */
  readonly promises?: readonly ('sessions' | 'never-stored')[];
  /** Where the user is: a tag of its samples; `here` unless told otherwise. */
  readonly pop?: string;
}

/** Of this virtual user alone: in k6 each has modules of its own. */
export function describe(worker: WorkerUnderLoad): void {
  const { bookmarkHeader = '', promises = [] } = worker;
  bookmark = bookmarkHeader;
  bookmarkAnswered = answeredHeader(bookmarkHeader);
  keepsSessions = promises.includes('sessions');
  neverStores = promises.includes('never-stored');
  identity = worker.identity;
}

export {
  absent,
  bookmark as BOOKMARK,
  bookmarkAnswered as BOOKMARK_ANSWERED,
  followsNothing as REDIRECTS,
  identityHeaders as identify,
  keepsSessions as SESSIONS,
  neverStores as NEVER_STORED,
  noCookie as BOOKMARK_COOKIE,
  noErrors as ERROR,
  tellsProblems as PROBLEMS,
  unnamed as OPERATION_HEADER,
};
