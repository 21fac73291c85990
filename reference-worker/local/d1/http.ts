import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { backendServer, popOf } from '../backend/index.ts';
import type { D1Database, D1Reply, D1Request } from './database.ts';
import { encodeResults, OPERATION_HEADER, resultsFormatOf, SESSION_HEADER, WireRequest } from './protocol.ts';

/** Of all results of a request (developers.cloudflare.com/d1/platform/limits). The text of D1's error is not documented. */
const RESULT_LIMIT_BYTES = 50_000_000;
const ExportRequest = z.object({ to: z.string() });
const TOO_LARGE = 'The result of the query is larger than 50 MB, which is the most that D1 returns.';

/** What the operator asks; no Worker's D1 client knows it. */
export const EXPORT_PATH = '/export';

/** Serves one database to workerd's D1 client. */
export const createD1Server = (database: D1Database): Server =>
  backendServer((request, response) => serve(database, request, response));

async function serve(
  database: D1Database,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request).catch(() => undefined);
  // The caller went away before it had said what it wants.
  if (body === undefined) return;
  if (request.url === EXPORT_PATH) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(exported(database, body));
    return;
  }
  const queries = parseQueries(body);
  if (!queries) {
    response.writeHead(400).end(failure('The request body is not a D1 query.'));
    return;
  }
  const { reply, lost } = await database.handle({
    pop: popOf(request),
    token: textOf(request.headers[SESSION_HEADER]),
    queries,
    operation: textOf(request.headers[OPERATION_HEADER]),
  });
  if (!reply || lost === 'before' || lost === 'after') response.destroy();
  else send(reply, request.url, response, lost === 'mid-reply');
}

function send(reply: D1Reply, url: string | undefined, response: ServerResponse, isCut: boolean): void {
  const { outcome, bookmark } = reply;
  const whole =
    'error' in outcome ? failure(outcome.error) : encodeResults(outcome.results, resultsFormatOf(url));
  const isTooLarge = Buffer.byteLength(whole) > RESULT_LIMIT_BYTES;
  const body = isTooLarge ? failure(TOO_LARGE) : whole;
  response.writeHead('error' in outcome || isTooLarge ? 500 : 200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(bookmark !== undefined && { [SESSION_HEADER]: bookmark }),
  });
  if (!isCut) response.end(body);
  else response.write(body.slice(0, body.length / 2), () => response.destroy());
}

function exported(database: D1Database, body: string): string {
  try {
    return JSON.stringify(database.export(ExportRequest.parse(JSON.parse(body)).to));
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

function parseQueries(body: string): D1Request['queries'] | undefined {
  try {
    const request = WireRequest.safeParse(JSON.parse(body)).data;
    return request && (Array.isArray(request) ? request : [request]);
  } catch {
    return undefined;
  }
}

const textOf = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

const failure = (error: string): string => JSON.stringify({ success: false, error });
