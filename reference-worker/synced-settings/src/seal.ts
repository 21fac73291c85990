/** Seals tokens of the upstream: the database holds them, and whoever reads it alone has none (AES-GCM, NIST SP 800-38D). */

const IV_BYTES = 12;
const bytes = (text: string) => new TextEncoder().encode(text);

const keyOf = async (secret: string) =>
  crypto.subtle.importKey('raw', await crypto.subtle.digest('SHA-256', bytes(secret)), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ]);

/** @param customer who the token belongs to: it opens for nobody else */
export async function seal(token: string, customer: string, secret: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const options = { name: 'AES-GCM', iv, additionalData: bytes(customer) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(options, await keyOf(secret), bytes(token)));
  return btoa(String.fromCharCode(...iv, ...sealed));
}

/** @throws OperationError for a text that was not sealed for this customer with this secret */
export async function unseal(text: string, customer: string, secret: string): Promise<string> {
  const all = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const options = { name: 'AES-GCM', iv: all.subarray(0, IV_BYTES), additionalData: bytes(customer) };
  return new TextDecoder().decode(
    await crypto.subtle.decrypt(options, await keyOf(secret), all.subarray(IV_BYTES)),
  );
}
