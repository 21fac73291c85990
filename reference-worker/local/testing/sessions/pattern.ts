import type { D1Database } from '@cloudflare/workers-types';

interface Env {
  readonly DB: D1Database;
}

/** Where a Worker may go wrong with bookmarks. */
export interface Carrying {
  /** What the session starts with, given the bookmark that came in. */
  readonly start: (incoming: string | null) => string;
  /** Whether the response to such a request takes the bookmark back to the client. */
  readonly returns: (method: string) => boolean;
}

export const BOOKMARK_HEADER = 'x-d1-bookmark';

/**
 * Cloudflare's documented pattern (developers.cloudflare.com/d1/best-practices/read-replication): start a session
 * with the bookmark that came in, read or write, and return the session's bookmark. POST adds a line to a log, GET
 * answers how many there are.
 */
export const sessionsWorker = ({ start, returns }: Carrying) => ({
  async fetch(request: Request, env: Env): Promise<Response> {
    const session = env.DB.withSession(start(request.headers.get(BOOKMARK_HEADER)));
    if (request.method === 'POST') await session.prepare('INSERT INTO log DEFAULT VALUES').run();
    const lines =
      request.method === 'GET' ? await session.prepare('SELECT count(*) AS n FROM log').first('n') : null;
    const response = Response.json({ lines });
    if (returns(request.method)) response.headers.set(BOOKMARK_HEADER, session.getBookmark() ?? '');
    return response;
  },
});
