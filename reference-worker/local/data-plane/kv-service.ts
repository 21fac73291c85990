import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { KV_LIMITS, KvRefusal, type KvStore } from './kv-store.ts';

const METADATA_HEADER = 'cf-kv-metadata';

const BulkGet = z.object({
  keys: z
    .array(z.string())
    .min(1, 'You must request a minimum of 1 key')
    .max(KV_LIMITS.bulkKeys, `You can request a maximum of ${KV_LIMITS.bulkKeys} keys`),
  type: z.enum(['text', 'json'], { error: 'That is not a valid type. Use "json" or "text"' }).default('text'),
  withMetadata: z.boolean().default(false),
  cacheTtl: z.coerce.string().optional(),
});

/** Serves a namespace to workerd's KV client (workerd:src/workerd/api/kv.c++). */
export function createKvServer(store: KvStore): Server {
  const server = createServer((request, response) => void serve(store, request, response));
  server.keepAliveTimeout = 0;
  return server;
}

async function serve(store: KvStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request).catch(() => undefined);
  // The caller went away before it had said what it wants.
  if (body === undefined) return;
  try {
    respond(store, request, body, response);
  } catch (error) {
    const { status, message } = refusalOf(error);
    // The reason phrase is what the Worker gets to see.
    response.writeHead(status, message).end(message);
  }
}

/** @throws the error itself when it is a defect of ours rather than the caller's mistake */
function refusalOf(error: unknown): KvRefusal {
  if (error instanceof KvRefusal) return error;
  if (error instanceof SyntaxError || error instanceof URIError) return new KvRefusal(400, 'Bad Request');
  throw error;
}

function respond(store: KvStore, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  // Not `new URL`: it would resolve a key such as `%2E%2E` as a path.
  const [path = '', search = ''] = (request.url ?? '').split('?', 2);
  const query = new URLSearchParams(search);
  const key = decodeURIComponent(path.replace(/^\//, ''));
  if (request.method === 'POST') {
    response.end(bulkGet(store, body));
  } else if (request.method === 'PUT') {
    store.put(key, {
      value: body,
      metadata: metadataOf(request),
      expiration: query.get('expiration'),
      expirationTtl: query.get('expiration_ttl'),
    });
    response.end();
  } else if (request.method === 'DELETE') {
    store.delete(key);
    response.end();
  } else if (key === '') {
    const limit = Number(query.get('key_count_limit') ?? KV_LIMITS.listKeys);
    response.end(JSON.stringify(store.list(query.get('prefix') ?? '', limit, query.get('cursor'))));
  } else {
    get(store, key, query.get('cache_ttl'), response);
  }
}

function get(store: KvStore, key: string, cacheTtl: string | null, response: ServerResponse): void {
  const entry = store.get(key, cacheTtl);
  if (!entry) throw new KvRefusal(404, 'Not Found');
  if (entry.metadata !== undefined) response.setHeader(METADATA_HEADER, toHeader(entry.metadata));
  response.end(entry.value);
}

function bulkGet(store: KvStore, body: Buffer): string {
  const parsed = BulkGet.safeParse(JSON.parse(body.toString()));
  if (!parsed.success) throw new KvRefusal(400, parsed.error.issues[0]?.message ?? 'Bad Request');
  const { keys, type, withMetadata, cacheTtl = null } = parsed.data;
  const found = keys.map((key) => {
    const entry = store.get(key, cacheTtl);
    if (!entry) return [key, null] as const;
    const value = type === 'json' ? parseValue(entry.value) : entry.value.toString();
    const metadata = entry.metadata === undefined ? null : JSON.parse(entry.metadata);
    return [key, withMetadata ? { value, metadata } : value] as const;
  });
  return JSON.stringify(Object.fromEntries(found));
}

function parseValue(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString());
  } catch {
    throw new KvRefusal(400, 'At least one of the requested keys corresponds to a non-json value');
  }
}

/** A header is bytes, which Node shows as Latin-1; the metadata in it is UTF-8. */
const metadataOf = ({ headers }: IncomingMessage): string | undefined => {
  const header = headers[METADATA_HEADER];
  return typeof header === 'string' ? Buffer.from(header, 'latin1').toString('utf8') : undefined;
};
const toHeader = (metadata: string): string => Buffer.from(metadata, 'utf8').toString('latin1');
