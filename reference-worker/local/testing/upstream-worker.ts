/** Passes requests on to its upstream, and tells what came back. */
export default {
  async fetch(request: Request, env: { readonly REGISTER: string }): Promise<Response> {
    const { pathname } = new URL(request.url);
    const headers = { authorization: request.headers.get('authorization') ?? '' };
    const body = request.method === 'PUT' ? { body: await request.text() } : {};
    try {
      const reply = await fetch(env.REGISTER + pathname, { method: request.method, headers, ...body });
      const told = [String(reply.status), await reply.text(), reply.headers.get('retry-after')];
      return Response.json(told);
    } catch {
      return Response.json(['lost']);
    }
  },
};
