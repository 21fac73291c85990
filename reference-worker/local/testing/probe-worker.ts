import type {
  ReadableStream as BodyStream,
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
  if (call.method === 'getMany') return getMany(namespace, call);
  if (call.method === 'getAs') return getAs(namespace, call);
  if (call.method === 'put') return namespace.put(call.key, storedValue(call), call.options);
  if (call.method === 'delete') return namespace.delete(call.key);
  return call.isWhole ? listWhole(namespace, call.options) : namespace.list(call.options);
}

type Call<Method extends KvCall['method']> = Extract<KvCall, { method: Method }>;

async function getMany(namespace: KVNamespace, { keys, type, cacheTtl, isWithoutMetadata }: Call<'getMany'>) {
  const options = { ...(type && { type }), ...(cacheTtl !== undefined && { cacheTtl }) };
  // The types know only of options that are literals.
  const get: (keys: string[], options: object) => Promise<ReadonlyMap<string, unknown>> = (
    isWithoutMetadata ? namespace.get : namespace.getWithMetadata
  ).bind(namespace) as never;
  return Object.fromEntries(await get(keys, options));
}

async function getAs(namespace: KVNamespace, { key, type }: Call<'getAs'>): Promise<unknown> {
  if (type === 'text') return namespace.get(key, 'text');
  if (type === 'json') return namespace.get(key, 'json');
  const found = await namespace.get(key, 'arrayBuffer');
  return found && [...new Uint8Array(found)].slice(0, 100);
}

function storedValue({ value, bytes = 0, isStreamed }: Call<'put'>): string | ArrayBuffer | BodyStream {
  const given = value ?? (typeof bytes === 'number' ? 'x'.repeat(bytes) : Uint8Array.from(bytes).buffer);
  const streamed = () =>
    new Response(given).body?.pipeThrough(new TransformStream()) as unknown as BodyStream;
  return isStreamed ? streamed() : given;
}

async function listWhole(namespace: KVNamespace, options: Call<'list'>['options']): Promise<unknown[]> {
  const pages: unknown[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await namespace.list({ ...options, ...(cursor !== undefined && { cursor }) });
    pages.push(page.keys);
    if (page.list_complete) return pages;
    cursor = page.cursor;
  }
}

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
