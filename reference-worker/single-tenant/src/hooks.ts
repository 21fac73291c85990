import type { Context } from 'hono';
import { openAtPosition, rowsOfShop } from './database.ts';
import type { ShopApp } from './env.ts';
import { ShopError } from './refusal.ts';
import { insertEvent } from './statements.ts';

const NAME = /^[\w-]{1,100}$/;

/** What an outside service tells: kept only where it is signed with the secret that this shop has with it. */
export async function takeEvent(c: Context<ShopApp>): Promise<Response> {
  const [service, id] = [c.req.param('service') ?? '', c.req.header('x-event-id') ?? ''];
  const payload = await c.req.text();
  const signature = Uint8Array.from((c.req.header('x-signature') ?? '').match(/[\da-f]{2}/g) ?? [], (byte) =>
    Number.parseInt(byte, 16),
  );
  const text = new TextEncoder();
  const key = await crypto.subtle.importKey(
    'raw',
    text.encode(c.env.WEBHOOK_SECRET),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  // The id and the service too: an event must not be sent again under another name.
  const signed = text.encode(`${c.env.SLUG}.${service}.${id}.${payload}`);
  const isSigned = await crypto.subtle.verify('HMAC', key, signature, signed);
  if (!isSigned || !NAME.test(service) || !NAME.test(id))
    throw new ShopError('unsigned_event', 'The event has no valid signature of this shop.');
  openAtPosition(c);
  await rowsOfShop(c, insertEvent(id, service, payload, new Date().toISOString()));
  return c.body(null, 202);
}
