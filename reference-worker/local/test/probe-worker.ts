import type {
  D1Database,
  D1DatabaseSession,
  D1PreparedStatement,
  KVNamespace,
} from '@cloudflare/workers-types';
import type {
  CacheCall,
  D1Call,
  KvCall,
  Outcome,
  Parameter,
  ProbeReply,
  ProbeRequest,
  Statement,
} from './probe.ts';

interface Env {
  readonly SHARD_EU_1: D1Database;
  readonly CACHE: KVNamespace;
}

interface EdgeCache {
  put(key: Request, response: Response): Promise<void>;
  match(key: Request): Promise<Response | undefined>;
  delete(key: Request): Promise<boolean>;
}
declare const caches: { readonly default: EdgeCache; open(name: string): Promise<EdgeCache> };

/** Does with its bindings what a request tells it, and answers what they returned or threw. */
export default {
  async fetch(request: Request & { cf?: unknown }, env: Env): Promise<Response> {
    if (new URL(request.url).pathname === '/cf') return Response.json(request.cf ?? null);
    if (request.method !== 'POST') return new Response('probe');
    const { session, d1 = [], kv = [], cache = [] }: ProbeRequest = JSON.parse(await request.text());
    const database = session === undefined ? env.SHARD_EU_1 : env.SHARD_EU_1.withSession(session);
    const outcomes: Outcome[] = [];
    for (const call of d1) outcomes.push(await outcomeOf(() => callD1(env.SHARD_EU_1, database, call)));
    for (const call of kv) outcomes.push(await outcomeOf(() => callKv(env.CACHE, call)));
    for (const call of cache) outcomes.push(await outcomeOf(() => callCache(call)));
    const bookmark = 'getBookmark' in database ? database.getBookmark() : null;
    return Response.json({ outcomes, bookmark } satisfies ProbeReply);
  },
};

async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function callD1(
  always: D1Database,
  database: D1Database | D1DatabaseSession,
  call: D1Call,
): Promise<unknown> {
  if (call.method === 'exec') return always.exec(call.sql);
  if (call.method === 'batch') return database.batch(call.statements.map((each) => prepare(database, each)));
  const statement = prepare(database, call);
  if (call.method === 'raw') return statement.raw({ columnNames: true });
  return statement[call.method]();
}

const prepare = (
  database: D1Database | D1DatabaseSession,
  { sql, params = [] }: Statement,
): D1PreparedStatement => database.prepare(sql).bind(...params.map(toBinding));

function toBinding(parameter: Parameter): unknown {
  if (typeof parameter !== 'object' || parameter === null) return parameter;
  return 'bytes' in parameter ? Uint8Array.from(parameter.bytes) : Uint16Array.from(parameter.words);
}

function callKv(namespace: KVNamespace, call: KvCall): Promise<unknown> {
  if (call.method === 'get')
    return namespace.getWithMetadata(
      call.key,
      call.cacheTtl === undefined ? {} : { cacheTtl: call.cacheTtl },
    );
  if (call.method === 'getMany') return namespace.getWithMetadata(call.keys, 'text').then(fromMap);
  if (call.method === 'put')
    return namespace.put(call.key, call.value ?? 'x'.repeat(call.bytes ?? 0), call.options);
  if (call.method === 'delete') return namespace.delete(call.key);
  return namespace.list(call.options);
}

const fromMap = (map: ReadonlyMap<string, unknown>): Record<string, unknown> => Object.fromEntries(map);

async function callCache({ method, url, cache, headers, response = {} }: CacheCall): Promise<unknown> {
  const opened = cache === undefined ? caches.default : await caches.open(cache);
  const request = new Request(url, { ...(headers && { headers }) });
  if (method === 'delete') return opened.delete(request);
  if (method === 'match') return shown(await opened.match(request));
  const { status = 200, body = null, isStreamed = false } = response;
  const content =
    isStreamed && body !== null ? new Response(body).body?.pipeThrough(new TransformStream()) : body;
  return opened.put(
    request,
    new Response(content ?? null, {
      status,
      headers: [...(response.headers ?? [])].map((each) => [...each]),
    }),
  );
}

const shown = async (hit: Response | undefined) =>
  hit && { status: hit.status, headers: Object.fromEntries(hit.headers), body: await hit.text() };
