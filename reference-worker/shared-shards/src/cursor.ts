import { decodeBase64Url } from 'hono/utils/encode';
import * as z from 'zod';
import { base64Url, keyFor, sign, verified } from './keys.ts';
import { Problem } from './problem.ts';

/** The last row of a page: its id, and its sort value when the list is sorted by a field. */
const Position = z.strictObject({ id: z.string(), value: z.string().exactOptional() });
export type Position = z.infer<typeof Position>;

/**
 * Makes the opaque cursor of a page: signed for one account and one list, so that it cannot be edited, used
 * with another account's token or carried over to another query.
 *
 * @param scope names the list: its collection, filter and order
 */
export async function sealCursor(
  secret: string,
  accountId: string,
  scope: string,
  position: Position,
): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([scope, position]));
  return sign(await keyFor(secret, 'cursor', accountId), base64Url(bytes.buffer));
}

/** @throws Problem `invalid_cursor`: forged, another account's or another list's, all the same to a client */
export async function openCursor(
  secret: string,
  accountId: string,
  scope: string,
  cursor: string,
): Promise<Position> {
  const payload = await verified(await keyFor(secret, 'cursor', accountId), cursor);
  if (payload !== undefined) {
    const json: unknown = JSON.parse(new TextDecoder().decode(decodeBase64Url(payload)));
    const [madeFor, position] = z.tuple([z.string(), Position]).parse(json);
    if (madeFor === scope) return position;
  }
  throw new Problem('invalid_cursor', 'The cursor was not made for this list.');
}
