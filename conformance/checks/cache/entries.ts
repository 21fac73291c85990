import type { KvEntry } from '../../../reference-worker/target/index.ts';
import {
  type Asked,
  administrationOf,
  Client,
  platformOf,
  type Target,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import { type DocumentId, showsVersion, strangerRead, until } from './documents.ts';

/** Where the Worker keeps its entry of a document, and what may be done to it there. */
export function cacheEntryOf(target: Target, account: Pick<TestAccount, 'id'>, document: DocumentId) {
  const { operator } = platformOf(target).platform;
  const { namespace, keyOf } = administrationOf(target).cache;
  const key = keyOf(account, document);
  return {
    key,
    get: () => operator.get(namespace, key),
    put: (entry: KvEntry) => operator.put(namespace, key, entry),
    delete: () => operator.delete(namespace, key),
  };
}

/**
 * Has a document cached by one read. One read fills once, and the fill is waited for: none is under way that could
 * replace what the operator puts there next.
 *
 * @throws Error when nothing is cached in time
 */
export async function cachedEntry(
  target: Target,
  account: TestAccount,
  document: DocumentId,
): Promise<KvEntry> {
  await strangerRead(target, account, document);
  const { key, get } = cacheEntryOf(target, account, document);
  const entry = await until(get, (found) => found !== undefined);
  if (!entry) throw new Error(`a read of ${key} left no entry in KV`);
  return entry;
}

/** A document at version 2, and what KV held of its versions. */
export interface Aged {
  readonly account: TestAccount;
  readonly document: DocumentId;
  readonly old: KvEntry;
  readonly current: KvEntry;
  /** Of the session that wrote version 1, before it wrote version 2. */
  readonly oldBookmark: string;
  /** Of the session that wrote version 2. */
  readonly bookmark: string;
}

/** In real time, without lag. @throws Error when the target does not cache, or gives no bookmarks */
export async function agedDocument(
  target: Target,
  account: TestAccount,
  document: DocumentId,
): Promise<Aged> {
  const writer = new Client(target, account);
  const entry = cacheEntryOf(target, account, document);
  await writer.ask({ kind: 'put', ...document, body: { n: 1 } });
  const { bookmark: oldBookmark } = writer;
  const old = await cachedEntry(target, account, document);
  await writer.ask({ kind: 'put', ...document, body: { n: 2 } });
  const { bookmark } = writer;
  if (!oldBookmark || !bookmark) throw new Error('the writes returned no bookmark');
  // The invalidation comes after the response, and must not meet what is put there later.
  await until(entry.get, (found) => !found?.value.equals(old.value));
  await entry.delete();
  const current = await cachedEntry(target, account, document);
  return { account, document, old, current, oldBookmark, bookmark };
}

/** Puts an entry where the Worker looks for the document's own. */
export const putEntry = (target: Target, { account, document }: Aged, entry: KvEntry): Promise<void> =>
  cacheEntryOf(target, account, document).put(entry);

/**
 * An entry that is put there is believed if nothing about it is wrong: puts the old entry back as it was, and
 * reads without a bookmark until it is served, within a bound. The database has version 2, so only the entry can show 1.
 */
export const oldEntryServed = (target: Target, aged: Aged, bookmark: string | null = null): Promise<Asked> =>
  until(
    async () => {
      await putEntry(target, aged, aged.old);
      return new Client(target, aged.account).ask({ kind: 'read', ...aged.document }, { bookmark });
    },
    (read) => showsVersion(read, 1),
  );
