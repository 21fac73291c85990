import { type Evidence, isRead, type KeyVersion } from './history.ts';

/** The words in which operations are told about. */

/** As in `x at version 2`, and `no x`. */
export const state = ({ key, version }: KeyVersion): string =>
  version === 0 ? `no ${key}` : `${key} at version ${version}`;

/** As in `a, b and c`. */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** As in `A wrote x at version 2` and `A saw x at version 1 and no y`. */
export const told = (operation: Evidence): string =>
  isRead(operation)
    ? `${operation.client} saw ${listed(operation.seen.map(state))}`
    : `${operation.client} wrote ${state(operation)}`;
