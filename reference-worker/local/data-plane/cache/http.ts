import { type IncomingMessage, type Server, type ServerResponse, validateHeaderValue } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { backendServer } from '../backend-server.ts';
import { popOf } from '../pop-of.ts';
import type { CacheCall, EdgeCache } from './edge-cache.ts';
import type { CacheHeaders } from './freshness.ts';
import type { StoredResponse } from './stored-responses.ts';

/** They say how one connection carries a message, and are none of the message's own. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/**
 * Serves the Cache API to workerd (workerd:src/workerd/api/cache.c++): GET is `match`, PUT with a whole response as
 * its body is `put`, and PURGE is `delete`. The URL of the request is the key, so workerd must call this as a proxy.
 */
export const createCacheServer = (cache: EdgeCache): Server =>
  backendServer((request, response) => void serve(cache, request, response));

async function serve(cache: EdgeCache, request: IncomingMessage, reply: ServerResponse): Promise<void> {
  const body = await buffer(request).catch(() => undefined);
  // The Worker ended in the middle of its response: half of it must not be kept.
  if (body === undefined) return;
  const call = callOf(request);
  // What the Worker gets to see is the stored response, without what this server would add to it.
  reply.sendDate = false;
  reply.removeHeader('connection');
  if (request.method === 'PUT') {
    const response = parseResponse(body);
    const refusal = response ? cache.put(call, response) : 'it is not a response that can be sent again';
    // workerd ignores a refusal, as it does in production.
    reply.writeHead(refusal === undefined ? 204 : 413).end(refusal);
  } else if (request.method === 'PURGE') {
    reply.writeHead(cache.delete(call) ? 200 : 404).end();
  } else {
    const hit = cache.match(call);
    if (hit) send(reply, hit);
    else reply.writeHead(504, { 'cf-cache-status': 'MISS' }).end();
  }
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
