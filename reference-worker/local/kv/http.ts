import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { backendServer, popOf } from '../backend/index.ts';
import type { Pop } from '../pops.ts';
import { KV_LIMITS, KvRefusal } from './limits.ts';
import type { KvNamespace, KvRead } from './namespace.ts';

const METADATA_HEADER = 'cf-kv-metadata';
const NO_BODY = Buffer.alloc(0);
/** As a Worker reads text: without a byte order mark. */
const TEXT = new TextDecoder();

const BulkGet = z.object({
  keys: z
    .array(z.string())
    .min(1, 'You must request a minimum of 1 key')
    .max(KV_LIMITS.bulkKeys, `You can request a maximum of ${KV_LIMITS.bulkKeys} keys`),
  type: z.enum(['text', 'json'], { error: 'That is not a valid type. Use "json" or "text"' }).default('text'),
  withMetadata: z.boolean().default(false),
  cacheTtl: z.coerce.string().optional(),
});

/** Serves a namespace to workerd's KV client (workerd:src/workerd/api/kv.c++), for the PoP that `x-pop` names. */
export const createKvServer = (namespace: KvNamespace): Server =>
  backendServer((request, response) => serve(namespace, request, response));

async function serve(
  namespace: KvNamespace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A read has no body, and on this path awaiting the end of nothing shows.
  const body = request.method === 'GET' ? NO_BODY : await buffer(request).catch(() => undefined);
  // The caller went away before it had said what it wants.
  if (body === undefined) return;
  try {
    await respond(namespace, request, body, response);
  } catch (error) {
    const { status, message } = refusalOf(error);
    // The reason phrase is what the Worker gets to see.
    response.writeHead(status, message).end(message);
  }
}

/** @throws the error itself when it is a defect of ours rather than the caller's mistake */
function refusalOf(error: unknown): KvRefusal {
  if (error instanceof KvRefusal) return error;
  if (error instanceof URIError) return new KvRefusal(400, 'Could not URL-decode key name');
  if (error instanceof SyntaxError) return new KvRefusal(400, 'Bad Request');
  throw error;
}

async function respond(
  namespace: KvNamespace,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  // Not `new URL`: it would resolve a key such as `%2E%2E` as a path.
  const [path = '', search = ''] = (request.url ?? '').split('?', 2);
  const query = new URLSearchParams(search);
  const key = decodeURIComponent(path.replace(/^\//, ''));
  const pop = popOf(request);
  if (request.method === 'POST') {
    response.end(await bulkGet(namespace, pop, body));
  } else if (request.method === 'PUT') {
    await namespace.put(pop, key, {
      value: body,
      metadata: metadataOf(request),
      expiration: query.get('expiration'),
      expirationTtl: query.get('expiration_ttl'),
    });
    response.end();
  } else if (request.method === 'DELETE') {
    await namespace.delete(pop, key);
    response.end();
  } else if (key === '') {
    const limit = Number(query.get('key_count_limit') ?? KV_LIMITS.listKeys);
    const page = await namespace.list(pop, query.get('prefix') ?? '', limit, query.get('cursor'));
    response.end(JSON.stringify(page));
  } else {
    reply(await namespace.get(pop, key, query.get('cache_ttl')), response);
  }
}

function reply({ entry, cacheStatus }: KvRead, response: ServerResponse): void {
  if (cacheStatus) response.setHeader('cf-cache-status', cacheStatus);
  if (!entry) throw new KvRefusal(404, 'Not Found');
  if (entry.metadata !== undefined) response.setHeader(METADATA_HEADER, toHeader(entry.metadata));
  response.end(entry.value);
}

async function bulkGet(namespace: KvNamespace, pop: Pop, body: Buffer): Promise<string> {
  const parsed = BulkGet.safeParse(JSON.parse(body.toString()));
  if (!parsed.success) throw new KvRefusal(400, parsed.error.issues[0]?.message ?? 'Bad Request');
  const { keys, type, withMetadata, cacheTtl = null } = parsed.data;
  const entries = await namespace.getMany(pop, keys, cacheTtl);
  const found = keys.map((key, index) => {
    const entry = entries[index];
    if (!entry) return [key, null] as const;
    const value = type === 'json' ? parseValue(entry.value) : TEXT.decode(entry.value);
    const metadata = entry.metadata === undefined ? null : JSON.parse(entry.metadata);
    return [key, withMetadata ? { value, metadata } : value] as const;
  });
  return JSON.stringify(Object.fromEntries(found));
}

function parseValue(value: Buffer): unknown {
  try {
    return JSON.parse(TEXT.decode(value));
  } catch {
    throw new KvRefusal(400, 'At least one of the requested keys corresponds to a non-json value');
  }
}

/** A header is bytes, which Node shows as Latin-1; the metadata in it is UTF-8. */
const metadataOf = ({ headers }: IncomingMessage): string | undefined => {
  const header = headers[METADATA_HEADER];
  return typeof header === 'string' ? Buffer.from(header, 'latin1').toString('utf8') : undefined;
};
/** Node refuses to send U+007F, which in JSON can only be within a text. */
const toHeader = (metadata: string): string =>
  Buffer.from(metadata.replaceAll('\u007f', '\\u007f'), 'utf8').toString('latin1');
