import type { System } from '../../../reference-worker/target/index.ts';
import { batchMixing } from './batch-mixing.ts';
import { bodyNamesAccount } from './body-names-account.ts';
import { cachedResponse } from './cached-response.ts';
import { cellsOf, type LeftOut, PLACEMENTS, routesOf } from './cells.ts';
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
import { joinChild } from './join-child.ts';
import { kvKeyCollision } from './kv-key-collision.ts';
import { listAndFilter } from './list-and-filter.ts';
import { movedAccount } from './moved-account.ts';
import { pathEncoding } from './path-encoding.ts';
import { prefixAndWildcards } from './prefix-and-wildcards.ts';
import { sortOrder } from './sort-order.ts';
import { swappedId } from './swapped-id.ts';
import { useAfterDelete } from './use-after-delete.ts';
import type { Vector } from './vector.ts';

/** Every way to reach for another account's data, in the order in which they are tried. */
export const VECTORS: readonly Vector[] = [
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

/** A row of the matrix: for each route, against how many placements of the other account it is tried. */
export interface Row {
  readonly vector: string;
  readonly placements: Readonly<Record<string, number>>;
  readonly leavesOut: readonly LeftOut[];
}

export interface Matrix {
  readonly routes: readonly string[];
  readonly rows: readonly Row[];
  readonly cells: number;
}

/** The matrix of an adapter's routes, for an account in every placement. */
export function matrixOf(system: Pick<System, 'routes'>): Matrix {
  const routes = routesOf(system);
  const rows = VECTORS.map(({ id, leavesOut }) => {
    const cells = cellsOf(leavesOut, system, PLACEMENTS);
    const placements = routes.map((route) => [route, cells.filter((cell) => cell.route === route).length]);
    return { vector: id, placements: Object.fromEntries(placements), leavesOut };
  });
  const cells = VECTORS.map(({ leavesOut }) => cellsOf(leavesOut, system, PLACEMENTS).length);
  return { routes, rows, cells: cells.reduce((sum, count) => sum + count, 0) };
}
