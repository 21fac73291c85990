import type { Defect } from './defect.ts';

const EXPORT = 'export default app;';

/** A cache in front of the whole Worker, by the Cache API; for GET alone, as it demands. */
const inFront = (options: {
  readonly applies: string;
  readonly key: string;
  readonly mayKeep?: string;
  readonly headers?: string;
}): string => `export default {
  async fetch(request: Request, env: App['Bindings'], context: ExecutionContext): Promise<Response> {
    const { hostname, pathname, search } = new URL(request.url);
    if (request.method !== 'GET' || !(${options.applies})) return app.fetch(request, env, context);
    const key = ${options.key};
    const hit = await caches.default.match(key);
    if (hit) return hit;
    const response = await app.fetch(request, env, context);
    if (${options.mayKeep ?? 'response.ok'}) {
      const kept = new Response(response.clone().body, response);
      kept.headers.set('cache-control', 'max-age=60');
      ${options.headers ?? "kept.headers.delete('vary');"}
      await caches.default.put(key, kept);
    }
    return response;
  },
};`;

const AT_HOSTS_OF_ACCOUNTS = 'hostname !== env.BASE_DOMAIN';
const BY_URL = 'request.url';
const BY_PATH = "'https://edge.example' + pathname + search";

const inIndex = (options: Parameters<typeof inFront>[0]) => [
  { file: 'index.ts', find: EXPORT, replace: inFront(options) },
];

/** Caches at the edge, in the Worker's own hands. */
export const EDGE_CACHE_DEFECTS: readonly Defect[] = [
  {
    id: 'cache/edge-keyed-by-path',
    title: 'Answers are kept in the Cache API under their path, the same for all accounts.',
    standsFor: {
      what: 'Responses for one user cached for all under their path',
      where: 'ptrlrd/spire-codex#399',
    },
    check: 'isolation/cached-response',
    edits: inIndex({ applies: 'true', key: BY_PATH }),
  },
  {
    id: 'cache/edge-in-front-of-the-token',
    title:
      'At the hosts of accounts, answers are kept under their URL, and given out before the token is looked at.',
    standsFor: {
      what: 'A cache that does not ask who is asking',
      where: 'https://cwe.mitre.org/data/definitions/524.html',
    },
    check: 'cache/edge-answer-for-its-reader',
    edits: inIndex({ applies: AT_HOSTS_OF_ACCOUNTS, key: BY_URL }),
  },
  {
    id: 'cache/edge-trusts-vary',
    title:
      'At the hosts of accounts, the Cache API is trusted to tell readers apart by Vary, which it does not obey.',
    standsFor: {
      what: 'put and match know no Vary but *',
      where: 'https://developers.cloudflare.com/workers/runtime-apis/cache/',
    },
    check: 'cache/edge-answer-for-its-reader',
    edits: inIndex({
      applies: AT_HOSTS_OF_ACCOUNTS,
      key: BY_URL,
      headers: "kept.headers.set('vary', 'authorization, cookie');",
    }),
  },
  {
    id: 'cache/edge-keeps-refusals',
    title: 'At the hosts of accounts, a refusal is kept under its URL, and given to those who may read.',
    standsFor: {
      what: 'A cached error that denies service',
      where: 'https://cpdos.org/',
    },
    check: 'cache/edge-answer-for-its-reader',
    edits: inIndex({ applies: AT_HOSTS_OF_ACCOUNTS, key: BY_URL, mayKeep: 'response.status === 401' }),
  },
];
