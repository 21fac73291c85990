let answers = 0;
let isFailing = false;

interface Cached {
  readonly cache?: { purge(options: object): Promise<{ readonly success: boolean }> };
}

/** Counts its answers; the query says with which status and headers to answer, the body who was asking. */
export default {
  async fetch(request: Request, _env: unknown, context: Cached): Promise<Response> {
    const { searchParams, host } = new URL(request.url);
    const purge = searchParams.get('purge');
    if (searchParams.has('failing')) isFailing = searchParams.get('failing') === 'true';
    if (isFailing) return new Response('failed', { status: 500 });
    if (request.method === 'POST')
      return Response.json((await context.cache?.purge(JSON.parse(purge ?? '{}'))) ?? null);
    answers += 1;
    const who = [host, request.headers.get('authorization'), request.headers.get('cookie')].join(' ');
    const headers = JSON.parse(searchParams.get('headers') ?? '{}');
    return new Response(`${answers} for ${who}`, {
      status: Number(searchParams.get('status') ?? 200),
      headers,
    });
  },
};
