import { CANARY_MARK, canaryOf } from '../../fixtures/generator/canary.ts';
import {
  type Envelope,
  type Expected,
  filterOf,
  type Match,
  type ReadBody,
  type Received,
  readBody,
} from './shapes.ts';
import type { VersionMemory } from './versions.ts';

/** isolation: data of another account (A7). stale: older than this user has seen (A11). corrupt: anything else. */
export type ViolationKind = 'isolation' | 'stale' | 'corrupt';

export interface Violation {
  readonly kind: ViolationKind;
  readonly detail: string;
}

export interface Verified {
  /** How many documents had their identity and version checked. */
  readonly documents: number;
  /** Of the one document that was asked for or written, when it came: its id, its version, and what the selected field holds. */
  readonly id?: string | undefined;
  readonly version: number | undefined;
  readonly shown?: unknown;
  readonly violations: readonly Violation[];
}

/**
 * Checks one response body against what was asked for and what this user has seen before (rule of evidence 4), and
 * remembers the versions in it. Needs nothing of k6, so that its own tests can prove what it catches. Plain loops and
 * one list of findings, because thousands of users run this in one k6: closures and intermediate lists cost it time,
 * the first iterator of each user 5 KB, and after a callback of map(), every() or some() its engine keeps the body.
 *
 * @param received the answer, as k6 has it
 * @param expected the account that asked, and what a right answer looks like
 * @param seen the asking user's memory; changed by this call. undefined where the system does not promise that its users never
 *   see anything older
 */
export function verifyBody(
  received: Received,
  expected: Expected,
  seen: VersionMemory | undefined,
): Verified {
  // Read once: each time k6 looks through all of it.
  const { body: raw } = received;
  const text = typeof raw === 'string' ? raw : '';
  const found: Violation[] = [];
  const canaries = scanCanaries(text, expected.account, found);
  if (expected.shape === 'view') return verifyView(text, expected, canaries, found);
  let body: ReadBody;
  try {
    body = readBody(received, expected);
  } catch (error) {
    found.push({ kind: 'corrupt', detail: String(error) });
    return { documents: 0, version: undefined, violations: found };
  }
  const { documents, mention } = body;
  const filter = filterOf(expected);
  for (let at = 0; at < documents.length; at += 1) {
    const document = documents[at] as Envelope; // within its length
    verifyIdentity(document, expected.account, 'serverIds' in expected && expected.serverIds, found);
    if (seen) verifyAge(document, seen, found);
    if (filter && !matches(document.shown, filter))
      found.push({ kind: 'corrupt', detail: `${document.id} does not match the filter` });
  }
  if (mention && seen) verifyAge(mention, seen, found);
  verifyAsked(documents, expected, found);
  verifyPresence(documents, expected, found);
  let shown = documents.length;
  if (expected.shape === 'join' && mention?.canary) {
    shown += 1;
    verifyIdentity(mention, expected.account, expected.parentServerIds, found);
  }
  if (canaries !== shown && expected.shape !== 'any')
    found.push({ kind: 'corrupt', detail: `${canaries} canaries in ${shown} documents` });
  const one =
    expected.shape === 'document' ? documents[0] : expected.shape === 'receipt' ? mention : undefined;
  return {
    documents: shown,
    ...{ id: one?.id, version: one?.version, shown: one?.shown },
    violations: found,
  };
}

/**
 * Of a page only its canaries are looked at: it is of no format. A document has its canary in what a page of it shows.
 *
 * @param canaries how many there are
 */
function verifyView(
  text: string,
  { account, resource, id }: Extract<Expected, { shape: 'view' }>,
  canaries: number,
  violations: Violation[],
): Verified {
  if (id !== undefined && text.indexOf(`${CANARY_MARK}${account}:${resource}:${id}:v`) < 0)
    violations.push({ kind: 'corrupt', detail: `${resource}/${id} is not on its page` });
  // As in scanCanaries: the page is not kept while its visitor thinks.
  account.indexOf('');
  return { documents: canaries, version: undefined, violations };
}

/**
 * Looks at the raw text, so that a foreign canary is found wherever it hides: in a nested field, in an error
 * message, in a body that does not parse.
 *
 * @returns how many canaries there are, own and foreign
 */
function scanCanaries(text: string, account: string, found: Violation[]): number {
  const own = `${CANARY_MARK}${account}:`;
  let total = 0;
  for (let at = text.indexOf(CANARY_MARK); at >= 0; at = text.indexOf(CANARY_MARK, at + CANARY_MARK.length)) {
    total += 1;
    if (text.startsWith(own, at)) continue;
    found.push({ kind: 'isolation', detail: `the body holds ${text.slice(at, at + 80).split('"')[0]}` });
  }
  // k6's engine keeps the last text that a method was called on: not the body, while its user thinks.
  own.indexOf('');
  return total;
}

/** The canary must be the one that this account, resource, id and version make; a text may stand before it. */
function verifyIdentity(
  { resource, id, version = 1, canary }: Envelope,
  account: string,
  isOfServer: boolean | undefined,
  found: Violation[],
): void {
  if (canary.endsWith(canaryOf({ account, collection: resource, id, version }))) return;
  // A foreign one is reported as a leak by the scan of the text; once is enough.
  if (canary.includes(CANARY_MARK) && !canary.includes(`${CANARY_MARK}${account}:`)) return;
  if (isOfServer && canary.includes(`${CANARY_MARK}${account}:${resource}:`)) return;
  found.push({ kind: 'corrupt', detail: `${resource}/${id} v${version} carries ${canary || 'no canary'}` });
}

/** Names and postcodes are matched without case (B9). */
function matches(shown: unknown, { match, value }: Match): boolean {
  if (match === 'equal') return shown === value;
  if (typeof shown !== 'string') return false;
  return shown.startsWith(value) || shown.toLowerCase().startsWith(value.toLowerCase());
}

/** The one document must be the one that was asked for, and what this user wrote must be in it. */
function verifyAsked(documents: readonly Envelope[], expected: Expected, found: Violation[]): void {
  const document = documents[0];
  if (expected.shape !== 'document' || !document) return;
  const { id, version, shown } = document;
  if (expected.id !== undefined && id !== expected.id)
    found.push({ kind: 'corrupt', detail: `asked for ${expected.id}, got ${id}` });
  const { written } = expected;
  if (!written || written.value === undefined || shown === written.value) return;
  if (written.version !== undefined && written.version === version)
    found.push({ kind: 'corrupt', detail: `${id} v${version} is not what was written` });
  if (written.before !== undefined && written.before === (shown ?? ''))
    found.push({ kind: 'stale', detail: `${id} is what it was before this user's write` });
}

/** Monotonic reads and read your writes: never older than what this user has seen or written. */
function verifyAge({ resource, id, version }: Envelope, seen: VersionMemory, found: Violation[]): void {
  if (version === undefined) return;
  const name = `${resource}/${id}`;
  const newest = seen.saw(name, version);
  if (version >= newest) return;
  found.push({ kind: 'stale', detail: `${name} is v${version}, this user has seen v${newest}` });
}

/** A list that is sorted newest first must show the own new item, unless newer ones fill the page before it. */
function verifyPresence(documents: readonly Envelope[], expected: Expected, found: Violation[]): void {
  if (expected.shape !== 'list' || !expected.mustShow) return;
  const { mustShow, limit, resource, serverIds } = expected;
  let newer = 0;
  for (let at = 0; at < documents.length; at += 1) {
    const { id } = documents[at] as Envelope; // within its length
    if (id === mustShow) return;
    // What order the ids of a server have, nobody knows: a full page may then hold newer ones alone.
    if (serverIds || id > mustShow) newer += 1;
  }
  if (newer === limit) return;
  found.push({ kind: 'stale', detail: `${resource}/${mustShow} was written and is not in the list` });
}

/**
 * Whether a Cache-Control forbids every cache to store an answer, and a shared one to use it: directives come in any order and case
 * (RFC 9111, section 5.2), and `private` with the names of fields is of those fields alone (5.2.2.7).
 */
export function isNeverStored(caching: string | undefined): boolean {
  // As most say it: a list for each answer would cost k6 time.
  if (caching === 'private, no-store' || caching === undefined) return caching !== undefined;
  const directives = caching.toLowerCase().split(',');
  let found = 0;
  for (let at = 0; at < directives.length; at += 1) {
    const directive = (directives[at] as string).trim(); // within its length
    if (directive === 'private') found |= 1;
    if (directive === 'no-store') found |= 2;
  }
  return found === 3;
}
