/**
 * What a Worker may promise beyond answering its routes. What a system does not name is not judged: the checks that need it
 * are skipped, and said to be.
 */
export const PROMISES = {
  sessions: 'that a session reads what it has written and never goes back behind what it has read',
  'no-lost-changes':
    'that a change is made to the newest state: of those that change other fields of one document, or add to it, none undoes ' +
    'another one, also where they are under way together',
  versions: 'that every write raises the version of its document by one, from 1 on, and tells it',
  'tenant-hosts': "that each account has a hostname of its own, and refuses other accounts' tokens there",
  'unique-ids': 'that a POST at an id that a document has is refused',
  'http-semantics':
    'that methods, statuses and paths mean what RFC 9110 says: PUT replaces, what is made is answered 201 with its Location, ' +
    'HEAD is GET without its body, and ids that differ in case are two',
  preconditions: 'that If-Match and If-None-Match are honoured by reads and writes, as RFC 9110 says',
  'atomic-batches': 'that a batch is done whole or not at all, and tells a result for each of its writes',
  'merge-patch': 'that PATCH is a merge patch, as RFC 7396 says',
  'stable-pages':
    'that a document which is there all the while is on the pages of a list once, whatever is written meanwhile',
  'sealed-cursors': 'that a cursor is refused when it was edited, or made for another account or list',
  'sealed-bookmarks':
    "that another account's bookmark is worth nothing, and is neither refused nor handed on",
  'sorted-lists': 'that lists are sorted by any indexed field, and then by id',
  'indexed-lists':
    'that a list by an indexed field reads a few rows of the database for each document that it shows, however many there are',
  'strict-queries': 'that a parameter of a list or join is refused when it is unknown or given twice',
  'never-stored': 'that every answer is private and no-store, and varies by who is asking',
  'exact-json':
    'that JSON is given back as it was sent, and refused only where it could not be: names given twice, other charsets',
  'problem-documents':
    'that every error is a problem document with a code, whether it is definite, and the next step',
} as const;
export type PromiseName = keyof typeof PROMISES;

const isPromise = (name: string): name is PromiseName => Object.hasOwn(PROMISES, name);
export const PROMISE_NAMES: readonly PromiseName[] = Object.keys(PROMISES).filter(isPromise);
