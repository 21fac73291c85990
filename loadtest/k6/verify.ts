import { CANARY_MARK, canaryOf } from '../../fixtures/generator/canary.ts';
import {
  type Envelope,
  type Expected,
  type Filter,
  filterOf,
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
  /** The version of the document that was asked for, when it was one document and came. */
  readonly version: number | undefined;
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
 * @param seen the asking user's memory; changed by this call
 */
export function verifyBody(received: Received, expected: Expected, seen: VersionMemory): Verified {
  // Read once: each time k6 looks through all of it.
  const { body: raw } = received;
  const text = typeof raw === 'string' ? raw : '';
  const found: Violation[] = [];
  const canaries = scanCanaries(text, expected.account, found);
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
    verifyIdentity(document, found);
    verifyAge(document, seen, found);
    if (filter && !matches(document.shown, filter))
      found.push({ kind: 'corrupt', detail: `${document.id} does not match the filter` });
  }
  if (mention) verifyAge(mention, seen, found);
  verifyAsked(documents, expected, found);
  verifyPresence(documents, expected, found);
  if (canaries !== documents.length) {
    found.push({ kind: 'corrupt', detail: `${canaries} canaries in ${documents.length} documents` });
  }
  const version = expected.shape === 'document' ? documents[0]?.version : undefined;
  return { documents: documents.length, version, violations: found };
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

/** The canary must be the one that this account, collection, id and version make. */
function verifyIdentity(document: Envelope, found: Violation[]): void {
  const { account, collection, id, version, canary } = document;
  if (canary === canaryOf(document)) return;
  // A foreign one is reported as a leak by the scan of the text; once is enough.
  if (canary.startsWith(CANARY_MARK) && !canary.startsWith(`${CANARY_MARK}${account}:`)) return;
  found.push({ kind: 'corrupt', detail: `${collection}/${id} v${version} carries ${canary || 'no canary'}` });
}

/** Names and postcodes are matched without case (B9). */
function matches(shown: unknown, { match, value }: Filter): boolean {
  if (match === 'equal') return shown === value;
  if (typeof shown !== 'string') return false;
  return shown.startsWith(value) || shown.toLowerCase().startsWith(value.toLowerCase());
}

/** The one document must be the one that was asked for, and what this user wrote must be in it. */
function verifyAsked(documents: readonly Envelope[], expected: Expected, found: Violation[]): void {
  const document = documents[0];
  if (expected.shape !== 'document' || !document) return;
  const { id, version, shown } = document;
  if (id !== expected.id) found.push({ kind: 'corrupt', detail: `asked for ${expected.id}, got ${id}` });
  const { written } = expected;
  if (written?.version === version && shown !== written.value) {
    found.push({ kind: 'corrupt', detail: `${id} v${version} is not what was written` });
  }
}

/** Monotonic reads and read your writes: never older than what this user has seen or written. */
function verifyAge({ collection, id, version }: Envelope, seen: VersionMemory, found: Violation[]): void {
  const name = `${collection}/${id}`;
  const newest = seen.saw(name, version);
  if (version >= newest) return;
  found.push({ kind: 'stale', detail: `${name} is v${version}, this user has seen v${newest}` });
}

/** A list that is sorted newest first must show the own new item, unless newer ones fill the page before it. */
function verifyPresence(documents: readonly Envelope[], expected: Expected, found: Violation[]): void {
  if (expected.shape !== 'list' || !expected.mustShow) return;
  const { mustShow, limit, collection } = expected;
  let newer = 0;
  for (let at = 0; at < documents.length; at += 1) {
    const { id } = documents[at] as Envelope; // within its length
    if (id === mustShow) return;
    if (id > mustShow) newer += 1;
  }
  if (newer === limit) return;
  found.push({ kind: 'stale', detail: `${collection}/${mustShow} was written and is not in the list` });
}
