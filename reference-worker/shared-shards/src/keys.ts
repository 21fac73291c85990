import { decodeBase64Url, encodeBase64Url } from 'hono/utils/encode';
import { BoundedMap } from './bounded-map.ts';

/**
 * Keys derived from SEAL_SECRET with HKDF (RFC 5869), one per purpose and owner, so that nothing sealed for
 * one account opens for another and a cursor can never pass for a bookmark.
 */
export type KeyPurpose = 'cursor' | 'bookmark' | 'cache';

const derived = new BoundedMap<string, CryptoKey>(3_000);
const encoder = new TextEncoder();

export async function keyFor(secret: string, purpose: KeyPurpose, owner: string): Promise<CryptoKey> {
  const name = JSON.stringify([secret, purpose, owner]);
  const known = derived.get(name);
  if (known) return known;
  const root = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, ['deriveKey']);
  const hkdf = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encoder.encode(`${purpose}:${owner}`),
  };
  const key =
    purpose === 'cache'
      ? await crypto.subtle.deriveKey(hkdf, root, { name: 'AES-GCM', length: 256 }, false, [
          'encrypt',
          'decrypt',
        ])
      : await crypto.subtle.deriveKey(hkdf, root, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, [
          'sign',
          'verify',
        ]);
  derived.set(name, key);
  return key;
}

/** Signs a text. @returns `<text>.<base64url HMAC-SHA-256>`; the text itself stays readable. */
export async function sign(key: CryptoKey, text: string): Promise<string> {
  return `${text}.${base64Url(await crypto.subtle.sign('HMAC', key, encoder.encode(text)))}`;
}

/** Without padding, which would need escaping in a query. */
export const base64Url = (bytes: ArrayBufferLike): string => encodeBase64Url(bytes).replace(/=+$/, '');

/** Opens what `sign` made. @returns the text, or undefined when it was not signed with this key */
export async function verified(key: CryptoKey, signed: string): Promise<string | undefined> {
  const dot = signed.lastIndexOf('.');
  const mac = signed.slice(dot + 1);
  if (dot < 0 || !/^[\w-]{43}$/.test(mac)) return undefined;
  const text = signed.slice(0, dot);
  const genuine = await crypto.subtle.verify('HMAC', key, decodeBase64Url(mac), encoder.encode(text));
  return genuine ? text : undefined;
}
