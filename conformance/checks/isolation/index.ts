import { batchMixing } from './batch-mixing.ts';
import { bodyNamesAccount } from './body-names-account.ts';
import { cachedResponse } from './cached-response.ts';
import { concurrentRequests } from './concurrent-requests.ts';
import { countsAndTotals } from './counts-and-totals.ts';
import { deactivatedAccount } from './deactivated-account.ts';
import { errorMessages } from './error-messages.ts';
import { existenceOracleStatus } from './existence-oracle-status.ts';
import { existenceOracleTiming } from './existence-oracle-timing.ts';
import { foreignBookmark } from './foreign-bookmark.ts';
import { foreignCursor } from './foreign-cursor.ts';
import { foreignPreconditions } from './foreign-preconditions.ts';
import { forgedToken } from './forged-token.ts';
import { headerSpoofing } from './header-spoofing.ts';
import { hostAgainstToken } from './host-against-token.ts';
import type { IsolationCheck } from './isolation-check.ts';
import { joinChild } from './join-child.ts';
import { kvKeyCollision } from './kv-key-collision.ts';
import { listAndFilter } from './list-and-filter.ts';
import { movedAccount } from './moved-account.ts';
import { pathEncoding } from './path-encoding.ts';
import { prefixAndWildcards } from './prefix-and-wildcards.ts';
import { sortOrder } from './sort-order.ts';
import { swappedId } from './swapped-id.ts';
import { useAfterDelete } from './use-after-delete.ts';

/** Every way to reach for another account's data, in the order in which they are tried. */
export const ISOLATION_CHECKS: readonly IsolationCheck[] = [
  swappedId,
  pathEncoding,
  listAndFilter,
  prefixAndWildcards,
  sortOrder,
  countsAndTotals,
  foreignCursor,
  joinChild,
  batchMixing,
  bodyNamesAccount,
  headerSpoofing,
  hostAgainstToken,
  forgedToken,
  foreignPreconditions,
  foreignBookmark,
  existenceOracleStatus,
  existenceOracleTiming,
  errorMessages,
  useAfterDelete,
  concurrentRequests,
  cachedResponse,
  kvKeyCollision,
  deactivatedAccount,
  movedAccount,
];
