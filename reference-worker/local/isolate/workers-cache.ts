/** What workerd gives for `caches.open`. */
interface EdgeCache {
  match(key: Request): Promise<Response | undefined>;
  put(key: Request, response: Response): Promise<void>;
  delete(key: Request): Promise<boolean>;
}

interface Context {
  waitUntil(work: Promise<unknown>): void;
  cache?: { purge(options: object): Promise<{ success: boolean; errors: object[] }> };
}

/** Answers a request as the Worker does; the context is the Worker's own. */
type Answer = (request: Request, context: unknown) => Response | Promise<Response>;

const CACHED_METHODS = ['GET', 'HEAD'];
/** Cloudflare reads them and does not send them on. */
const CONSUMED = ['cache-tag', 'cloudflare-cdn-cache-control'];

/**
 * Workers Cache in front of a Worker (developers.cloudflare.com/workers/cache): a hit is answered without the Worker, what
 * it answers is offered to the cache, and `ctx.cache.purge` empties it. What may be kept, and for how long, is decided by
 * the data plane. Every response says in Cf-Cache-Status what became of it.
 *
 * Not modelled: request collapsing, Cache Deception Armor, revalidation by a conditional request to the Worker, and
 * `cache` as an import from `cloudflare:workers`. A miss that was not kept is MISS here, BYPASS in production.
 *
 * @param worker the name of the script, a DNS label: two Workers do not share a cache
 * @param open opens the cache that the data plane serves for this
 */
export function withWorkersCache(answer: Answer, worker: string, open: () => Promise<EdgeCache>): Answer {
  const keyOf = (request: Request, more: Record<string, string> = {}): Request => {
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.delete('x-shardproof-failing');
    for (const [name, value] of Object.entries(more)) headers.set(name, value);
    return new Request(`https://${worker}${pathname}${search}`, { headers });
  };

  async function ask(cache: EdgeCache, request: Request, context: unknown): Promise<Response> {
    // The whole answer is what can serve later requests, so a HEAD is asked as a GET.
    const response = await answer(
      request.method === 'HEAD' ? new Request(request, { method: 'GET' }) : request,
      context,
    );
    if (response.status >= 500) {
      const stale = await cache.match(keyOf(request, { 'x-shardproof-failing': '1' }));
      if (stale) return stale;
    }
    const { vary = '' } = Object.fromEntries(response.headers);
    // The Cache API throws for them.
    const mayBeKept = response.status !== 206 && !vary.includes('*');
    if (mayBeKept) await cache.put(keyOf(request), response.clone());
    return response;
  }

  return async (request, context) => {
    const cache = await open();
    const purge = async (options: object) => {
      const headers = { 'x-shardproof-purge': JSON.stringify(options) };
      await cache.delete(new Request(`https://${worker}/`, { headers }));
      return { success: true, errors: [] };
    };
    const own = context as Context;
    Object.defineProperty(own, 'cache', { value: { purge }, configurable: true, enumerable: true });
    if (!CACHED_METHODS.includes(request.method) || request.headers.has('upgrade'))
      return told(await answer(request, context), 'BYPASS');
    const hit = await cache.match(keyOf(request));
    if (hit?.headers.get('x-shardproof-status') === 'UPDATING')
      own.waitUntil(ask(cache, request, context).then((response) => response.body?.cancel()));
    const response = hit ?? (await ask(cache, request, context));
    return told(request.method === 'HEAD' ? new Response(null, response) : response, 'MISS');
  };
}

/** With Cf-Cache-Status, and without what is not for clients. */
function told(response: Response, otherwise: string): Response {
  if (response.status === 101) return response;
  const shown = new Response(response.body, response);
  shown.headers.set('cf-cache-status', response.headers.get('x-shardproof-status') ?? otherwise);
  for (const name of [...CONSUMED, 'x-shardproof-status']) shown.headers.delete(name);
  return shown;
}
