import { sign } from 'hono/jwt';

/**
 * Signs the identity token that the Worker accepts (HS256, RFC 7519).
 *
 * @param claims.secret the platform's `jwtSecret`
 * @param claims.ttlSeconds lifetime from now, in whole seconds; a negative value makes an expired token
 */
export function mintToken(claims: {
  secret: string;
  account: string;
  user: string;
  ttlSeconds: number;
}): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + claims.ttlSeconds;
  return sign({ sub: claims.user, acct: claims.account, exp }, claims.secret, 'HS256');
}
