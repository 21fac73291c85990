import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { D1Database } from './d1-database.ts';
import { encodeResults, resultsFormatOf, SESSION_HEADER, WireRequest } from './d1-protocol.ts';
import { d1ErrorText } from './sqlite-errors.ts';

/**
 * Serves one database to workerd's D1 client. A request runs from first to last statement without a pause,
 * and the next one starts after it: a D1 database is single-threaded.
 */
export function createD1Server(database: D1Database): Server {
  const server = createServer((request, response) => void serve(database, request, response));
  // workerd keeps connections; one that closes just as it is used again would look like a D1 failure.
  server.keepAliveTimeout = 0;
  return server;
}

async function serve(
  database: D1Database,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request).catch(() => undefined);
  // The caller went away before it had said what it wants.
  if (body === undefined) return;
  const { status, reply } = answer(database, request.url, body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(reply),
    // Errors carry it too: the client reads it before it reads the body.
    [SESSION_HEADER]: database.bookmark,
  });
  response.end(reply);
}

function answer(
  database: D1Database,
  url: string | undefined,
  body: string,
): { status: number; reply: string } {
  const request = parseRequest(body);
  if (!request) return { status: 400, reply: failure('The request body is not a D1 query.') };
  try {
    const results = database.run(Array.isArray(request) ? request : [request]);
    return { status: 200, reply: encodeResults(results, resultsFormatOf(url)) };
  } catch (error) {
    return { status: 500, reply: failure(d1ErrorText(error)) };
  }
}

function parseRequest(body: string): WireRequest | undefined {
  try {
    return WireRequest.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

const failure = (error: string): string => JSON.stringify({ success: false, error });
