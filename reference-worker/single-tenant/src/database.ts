import type { Context } from 'hono';
import type { ShopApp } from './env.ts';
import { ShopError } from './refusal.ts';
import type { ShopStatement } from './statements.ts';

const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;
const POSITION = 'x-position';

/**
 * Opens a session at the position that the client has reached. Whoever has reached none reads from the nearest copy, and writes are
 * decided at the primary. Anything that is no bookmark is none.
 */
export function openAtPosition(c: Context<ShopApp>): void {
  const position = c.req.header(POSITION) ?? '';
  const none = c.req.method === 'GET' ? 'first-unconstrained' : 'first-primary';
  c.set('session', c.env.DB.withSession(BOOKMARK.test(position) ? position : none));
}

/** Tells the position, after errors too: a write that seemed to fail may have happened. */
export function tellPosition(c: Context<ShopApp>): void {
  const reached = c.var.session?.getBookmark();
  if (reached) c.header(POSITION, reached);
}

/**
 * Runs one statement.
 *
 * @throws ShopError `database_failed`, which for a write leaves open whether it happened
 */
export async function rowsOfShop(
  c: Context<ShopApp>,
  { sql, values }: ShopStatement,
): Promise<Readonly<Record<string, unknown>>[]> {
  try {
    const { results, meta } = await c.var.session
      .prepare(sql)
      .bind(...values)
      .all<Record<string, unknown>>();
    c.var.used.rowsRead += meta.rows_read;
    c.var.used.rowsWritten += meta.rows_written;
    return results;
  } catch (cause) {
    throw new ShopError(
      'database_failed',
      'The database of this shop did not answer.',
      sql.startsWith('SELECT'),
      { cause },
    );
  }
}
