import type { Context } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import * as z from 'zod';
import { openAtPosition, rowsOfShop, tellPosition } from './database.ts';
import type { ShopApp } from './env.ts';
import { ShopError } from './refusal.ts';
import { selectKeyHolder } from './statements.ts';

/** With this prefix a browser sends it to the very host that has set it, and to no other (RFC 6265bis, section 4.1.3.2). */
const COOKIE = '__Host-session';
/** A working day. */
const SECONDS = 12 * 3_600;

const SignIn = z.strictObject({ key: z.string().min(20).max(200) });

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** A till signs in with a key of its own. Every cause of a refusal has one text: a guesser learns nothing. */
export async function signIn(c: Context<ShopApp>): Promise<Response> {
  const { key } = SignIn.safeParse(await c.req.json().catch(() => undefined)).data ?? { key: '' };
  const sha256 = hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)));
  openAtPosition(c);
  const [staff] = await rowsOfShop(c, selectKeyHolder(sha256));
  if (!staff) throw new ShopError('not_signed_in', 'Nobody of this shop has this key.');
  const session = [c.env.SLUG, Math.floor(Date.now() / 1_000) + SECONDS, staff.id].join(' ');
  await setSignedCookie(c, COOKIE, session, c.env.SESSION_SECRET, {
    ...{ path: '/', secure: true, httpOnly: true, sameSite: 'Strict', maxAge: SECONDS },
  });
  tellPosition(c);
  return c.json({ id: staff.id }, 201);
}

/** Only a session that this shop has made is one: it is signed with its secret, and names it. */
export const signedIn = createMiddleware<ShopApp>(async (c, next) => {
  const cookie = (await getSignedCookie(c, c.env.SESSION_SECRET, COOKIE)) || '';
  const [slug, expiresAt, staffId] = cookie.split(' ', 3);
  if (slug !== c.env.SLUG || !staffId || !(Number(expiresAt) * 1_000 > Date.now()))
    throw new ShopError('not_signed_in', 'The request has no session of this shop.');
  c.set('staffId', staffId);
  openAtPosition(c);
  await next();
  tellPosition(c);
});
