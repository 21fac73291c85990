import { keyFor, sign, verified } from './keys.ts';

/** The documented shape of a D1 bookmark (developers.cloudflare.com/d1/reference/time-travel/). */
const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;

export const isBookmark = (text: string | null): text is string => text !== null && BOOKMARK.test(text);

/** Where a session starts, as D1 spells it, and the bookmark that it must not fall behind. */
export type SessionStart = { readonly constraint: string; readonly bookmark?: string };

/**
 * Decides how fresh the first read must be. A token is ours when its signature fits this account on this
 * shard; any other (garbage, foreign, of another shard, made up to lie in the future, one of D1's own words)
 * gets the primary, and is never handed to D1 or echoed, where a text that sorts high would stay (B4).
 */
export async function sessionStart(
  token: string | undefined,
  secret: string,
  owner: string,
): Promise<SessionStart> {
  if (token === undefined) return { constraint: 'first-unconstrained' };
  const bookmark = await verified(await keyFor(secret, 'bookmark', owner), token);
  return bookmark !== undefined && isBookmark(bookmark)
    ? { constraint: bookmark, bookmark }
    : { constraint: 'first-primary' };
}

/** The token for x-d1-bookmark: the bookmark, signed for this account on this shard. */
export async function bookmarkToken(bookmark: string, secret: string, owner: string): Promise<string> {
  return sign(await keyFor(secret, 'bookmark', owner), bookmark);
}

/** A position belongs to one database, so the owner of a token is an account on a shard. */
export const bookmarkOwner = (accountId: string, shardId: string): string => `${accountId}:${shardId}`;
