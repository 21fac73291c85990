import type {
  D1Database,
  D1DatabaseSession,
  D1PreparedStatement,
  KVNamespace,
} from '@cloudflare/workers-types';
import type { D1Call, KvCall, Outcome, Parameter, ProbeReply, ProbeRequest, Statement } from './probe.ts';

interface Env {
  readonly SHARD_EU_1: D1Database;
  readonly CACHE: KVNamespace;
}

/** Does with its bindings what a request tells it, and answers what they returned or threw. */
export default {
  async fetch(request: Request & { cf?: unknown }, env: Env): Promise<Response> {
    if (new URL(request.url).pathname === '/cf') return Response.json(request.cf ?? null);
    if (request.method !== 'POST') return new Response('probe');
    const { session, d1 = [], kv = [] }: ProbeRequest = JSON.parse(await request.text());
    const database = session === undefined ? env.SHARD_EU_1 : env.SHARD_EU_1.withSession(session);
    const outcomes: Outcome[] = [];
    for (const call of d1) outcomes.push(await outcomeOf(() => callD1(env.SHARD_EU_1, database, call)));
    for (const call of kv) outcomes.push(await outcomeOf(() => callKv(env.CACHE, call)));
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

const toBinding = (parameter: Parameter): unknown =>
  typeof parameter === 'object' && parameter !== null ? Uint8Array.from(parameter.bytes) : parameter;

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
