import type { BookmarkPolicy } from '../behaviour/index.ts';
import type { Chance, D1Profile, Region } from '../latency/index.ts';
import type { Pop } from '../pops.ts';
import type { Bookmarks } from './bookmark.ts';
import { D1Refusal } from './sqlite-errors.ts';

/** How far an instance must be before it may answer. */
export type Condition = (position: number) => boolean;

const anyPosition: Condition = () => true;

/** Where a session lets a query go: to the primary only, or to any instance that is far enough. */
export type Session = { readonly to: 'primary' } | { readonly to: 'any'; readonly isReached: Condition };

/**
 * Reads the constraint or bookmark that a request carries (developers.cloudflare.com/d1/worker-api/d1-database).
 *
 * @param token undefined for a query outside a session, which always goes to the primary
 * @param newest the primary's position
 * @throws D1Refusal for a bookmark that is not this database's own, where the policy says so
 */
export function sessionOf(
  token: string | undefined,
  bookmarks: Bookmarks,
  newest: number,
  policy: BookmarkPolicy,
): Session {
  if (token === undefined || token === 'first-primary') return { to: 'primary' };
  if (token === 'first-unconstrained') return { to: 'any', isReached: anyPosition };
  const position = bookmarks.positionOf(token, newest);
  if (position !== undefined) return { to: 'any', isReached: (reached) => reached >= position };
  if (policy === 'primary') return { to: 'primary' };
  if (policy === 'ignore') return { to: 'any', isReached: anyPosition };
  if (policy === 'refuse') throw new D1Refusal('The bookmark is not one of this database.');
  return { to: 'any', isReached: (reached) => bookmarks.at(reached) >= token };
}

/**
 * The instance that a session's request from a PoP reaches, by the weights of the profile.
 *
 * @returns the region of a replica, or undefined for the primary, which is all there is without replicas
 */
export function nearestInstance(
  { replicas, nearest }: D1Profile,
  pop: Pop,
  chance: Chance,
): Region | undefined {
  if (replicas.length === 0) return undefined;
  const weights = replicas.map(({ region }) => ({ region, weight: nearest[pop][region] ?? 0 }));
  const ofPrimary = nearest[pop].primary ?? 0;
  let at = chance() * weights.reduce((sum, { weight }) => sum + weight, ofPrimary) - ofPrimary;
  if (at < 0) return undefined;
  const reached = weights.find(({ weight }) => {
    at -= weight;
    return at < 0;
  });
  if (!reached) throw new Error(`The profile gives ${pop} no instance.`);
  return reached.region;
}
