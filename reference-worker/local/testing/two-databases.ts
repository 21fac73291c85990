import type { D1Database } from '@cloudflare/workers-types';

interface Env {
  readonly SLOW: D1Database;
  readonly FAST: D1Database;
}

/** Counts for about a second at `/slow`, and answers at once at any other path, each from a database of its own. */
const COUNT =
  'WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 5000000) SELECT count(*) AS n FROM i';

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const isSlow = new URL(request.url).pathname === '/slow';
    return Response.json(
      await (isSlow ? env.SLOW.prepare(COUNT) : env.FAST.prepare('SELECT 1 AS n')).first('n'),
    );
  },
};
