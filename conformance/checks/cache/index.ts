import type { Check } from '../check.ts';
import { absenceCachedOverCreate } from './absence-cached-over-create.ts';
import { bodyIsSealed } from './body-is-sealed.ts';
import { conditionalRequests } from './conditional-requests.ts';
import { deleteThenRead } from './delete-then-read.ts';
import { edgeAnswerForItsReader } from './edge-answer-for-its-reader.ts';
import { entryOfFormerShard } from './entry-of-former-shard.ts';
import { forgedBookmark } from './forged-bookmark.ts';
import { hitEqualsFresh } from './hit-equals-fresh.ts';
import { hitTellsItsPosition } from './hit-tells-its-position.ts';
import { invalidatedOnWrite } from './invalidated-on-write.ts';
import { kvFailing } from './kv-failing.ts';
import { kvGoingBack } from './kv-going-back.ts';
import { kvSlow } from './kv-slow.ts';
import { listAfterWrite } from './list-after-write.ts';
import { neverAgainstNewerBookmark } from './never-against-newer-bookmark.ts';
import { sharedCachingForbidden } from './shared-caching-forbidden.ts';
import { sharedCachingForbiddenOnFailures } from './shared-caching-forbidden-on-failures.ts';
import { staleFillAfterInvalidation } from './stale-fill-after-invalidation.ts';
import { unsealedOrTamperedEntry } from './unsealed-or-tampered-entry.ts';
import { wrongAccountEntry } from './wrong-account-entry.ts';
import { wrongDocumentEntry } from './wrong-document-entry.ts';

export { firstVersions } from './documents.ts';
export { cachedEntry, cacheEntryOf } from './entries.ts';

/** That a cache is used only when it is consistent with the database, and tells nobody what is not theirs. */
export const CACHE_CHECKS: readonly Check[] = [
  neverAgainstNewerBookmark,
  staleFillAfterInvalidation,
  hitTellsItsPosition,
  kvGoingBack,
  forgedBookmark,
  absenceCachedOverCreate,
  deleteThenRead,
  listAfterWrite,
  conditionalRequests,
  invalidatedOnWrite,
  hitEqualsFresh,
  wrongAccountEntry,
  wrongDocumentEntry,
  entryOfFormerShard,
  unsealedOrTamperedEntry,
  bodyIsSealed,
  kvFailing,
  kvSlow,
  edgeAnswerForItsReader,
  sharedCachingForbidden,
  sharedCachingForbiddenOnFailures,
];
