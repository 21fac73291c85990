/** A log of entries, read in sessions of D1. */
export default {
  async fetch(request: Request, env: { DB: D1Database }): Promise<Response> {
    const session = env.DB.withSession(request.headers.get('x-d1-bookmark') ?? 'first-unconstrained');
    if (request.method === 'POST') await session.prepare('INSERT INTO log (n) VALUES (1)').run();
    const { results } = await session.prepare('SELECT n FROM log').all();
    return Response.json(results, { headers: { 'x-d1-bookmark': session.getBookmark() ?? '' } });
  },
};
