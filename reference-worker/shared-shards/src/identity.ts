import { verify } from 'hono/jwt';
import * as z from 'zod';
import { Problem } from './problem.ts';

export interface Identity {
  readonly userId: string;
  readonly accountId: string;
}

const Claims = z.object({
  // A token that names an audience is meant for somebody else: this Worker has no name there (RFC 7519, 4.1.3).
  aud: z.undefined().optional(),
  sub: z.string().min(1).max(128),
  // A DNS label, as in the account database: the id is part of hostnames, cache keys and AAD.
  acct: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/),
  exp: z.number(),
});

/**
 * Who is calling: the only source of the account besides the hostname, which must agree.
 *
 * @throws Problem `unauthenticated`, with one text for every cause, so that a forger learns nothing
 */
export async function identify(authorization: string | undefined, secret: string): Promise<Identity> {
  const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1];
  if (!token) throw new Problem('unauthenticated', 'The request has no bearer token.');
  try {
    // The algorithm is pinned here, never read from the token (RFC 8725, section 3.1).
    const claims = Claims.parse(await verify(token, secret, 'HS256'));
    return { userId: claims.sub, accountId: claims.acct };
  } catch (cause) {
    throw new Problem('unauthenticated', 'The token is not valid: forged, expired or incomplete.', { cause });
  }
}

/**
 * Does the hostname name this account? The bare base domain names none and leaves the choice to the token.
 * Another account's hostname and one that nobody owns give the same answer: no existence oracle.
 */
export function hostAgrees(
  hostname: string,
  baseDomain: string,
  accountId: string,
  domains: readonly string[],
): boolean {
  return hostname === baseDomain || hostname === `${accountId}.${baseDomain}` || domains.includes(hostname);
}
