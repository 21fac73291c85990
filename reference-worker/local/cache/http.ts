import { type IncomingMessage, type Server, type ServerResponse, validateHeaderValue } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { backendServer, popOf } from '../backend/index.ts';
import type { CacheCall, EdgeCache } from './edge-cache.ts';
import type { CacheHeaders } from './freshness.ts';
import type { StoredResponse } from './stored-responses.ts';
import type { FrontRequest, WorkersCache } from './workers-cache.ts';

/** They say how one connection carries a message, and are none of the message's own. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/**
 * Serves the Cache API to workerd (workerd:src/workerd/api/cache.c++): GET is `match`, PUT with a whole response as
 * its body is `put`, and PURGE is `delete`. The URL of the request is the key, so workerd must call this as a proxy.
 * What stands in front of the Worker (isolate/workers-cache.ts) comes the same way, by a cache name of its own.
 */
export const createCacheServer = (cache: EdgeCache, front: WorkersCache): Server =>
  backendServer((request, response) => serve({ cache, front }, request, response));

/** The name of `caches.open` by which Workers Cache is asked, and what it is told and tells beside HTTP. */
const FRONT = {
  cache: 'shardproof-workers-cache',
  isFailing: 'x-shardproof-failing',
  purge: 'x-shardproof-purge',
  status: 'x-shardproof-status',
} as const;

async function serve(
  { cache, front }: { readonly cache: EdgeCache; readonly front: WorkersCache },
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const body = await buffer(request).catch(() => undefined);
  // The Worker ended in the middle of its response: half of it must not be kept.
  if (body === undefined) return;
  const call = callOf(request);
  // What the Worker gets to see is the stored response, without what this server would add to it.
  reply.sendDate = false;
  reply.removeHeader('connection');
  const asked = call.cache === FRONT.cache ? frontRequestOf(call) : undefined;
  if (request.method === 'PUT') {
    const response = parseResponse(body);
    const put = (it: StoredResponse) => (asked ? front.put(asked, it) : cache.put(call, it));
    const refusal = response ? put(response) : 'it is not a response that can be sent again';
    // workerd ignores a refusal, as it does in production.
    reply.writeHead(refusal === undefined ? 204 : 413).end(refusal);
  } else if (request.method === 'PURGE') {
    if (asked) front.purge(asked.worker, JSON.parse(call.headers[FRONT.purge] ?? '{}'));
    reply.writeHead(asked || cache.delete(call) ? 200 : 404).end();
  } else {
    const hit = asked ? frontHit(front, asked) : cache.match(call);
    if (hit) send(reply, hit);
    else reply.writeHead(504, { 'cf-cache-status': 'MISS' }).end();
  }
}

function frontRequestOf({ url, headers }: CacheCall): FrontRequest {
  const { hostname, pathname, search } = new URL(url);
  return { worker: hostname, path: pathname + search, headers };
}

function frontHit(front: WorkersCache, request: FrontRequest): StoredResponse | undefined {
  const hit = front.match(request, request.headers[FRONT.isFailing] !== undefined);
  return hit && { ...hit.response, headers: [...hit.response.headers, [FRONT.status, hit.status]] };
}

function send(reply: ServerResponse, { status, statusText, headers, body }: StoredResponse): void {
  const kept = headers.filter(
    ([name]) => !['content-length', 'cf-cache-status'].includes(name.toLowerCase()),
  );
  const length = status === 304 ? [] : ['content-length', `${body.length}`];
  reply.writeHead(status, statusText, [...kept.flat(), ...length, 'cf-cache-status', 'HIT']);
  reply.end(body);
}

function callOf(request: IncomingMessage): CacheCall {
  const headers = headersOf(request);
  return {
    pop: popOf(request),
    cache: headers['cf-cache-namespace'],
    url: (request.url ?? '').replace(/#.*$/s, ''),
    headers,
  };
}

const headersOf = ({ headers }: IncomingMessage): CacheHeaders =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

/** A response as workerd writes it down: never chunked, whatever its headers say. */
function parseResponse(message: Buffer): StoredResponse | undefined {
  const end = message.indexOf('\r\n\r\n');
  const [first = '', ...lines] = message.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n');
  const [, status, statusText] = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(first) ?? [];
  if (status === undefined || statusText === undefined) return undefined;
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  // Node sends no control characters, which workerd lets a Worker put into a header.
  if (!headers.every(([name, value]) => isSendable(name, value)) || !isSendable('status', statusText))
    return undefined;
  return {
    status: Number(status),
    statusText,
    headers: headers.filter(([name]) => !OF_THE_CONNECTION.includes(name.toLowerCase())),
    body: message.subarray(end + 4),
  };
}

function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
