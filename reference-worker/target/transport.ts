import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import type { HttpRequest, HttpResponse } from './answer.ts';

/** No whole response came. After a write this says nothing about whether it happened, unless `definite`. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** The request certainly never arrived. */
  readonly definite: boolean;

  constructor(message: string, definite: boolean, options?: ErrorOptions) {
    super(message, options);
    this.definite = definite;
  }
}

/** Longer than any answer of a target in working order. */
export const RESPONSE_TIMEOUT_MS = 30_000;
// workerd closes idle connections after some seconds; a free one is given up before that.
const agentOptions = { keepAlive: true, timeout: 2_000, maxSockets: 64 };
const agents = { 'http:': new http.Agent(agentOptions), 'https:': new https.Agent(agentOptions) };

/** Those that change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export interface SendOptions {
  /** Sent instead of the URL's own host. */
  readonly host?: string | undefined;
  /** Gives the request up; its outcome is then unknown. */
  readonly signal?: AbortSignal | undefined;
  /** Longer than any answer of a target in working order, unless told otherwise. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Sends a request as it is: unlike fetch, it neither resolves dots in the path nor chooses the Host header, which are
 * two of the things that an attacker chooses.
 *
 * @param base scheme, host and port
 * @throws TransportError
 */
export async function sendHttp(
  base: string,
  request: HttpRequest,
  { host, signal: given, timeoutMs = RESPONSE_TIMEOUT_MS }: SendOptions = {},
): Promise<HttpResponse> {
  const { protocol, hostname, port } = new URL(base);
  const isSecure = protocol === 'https:';
  const { method, path, bodyEncoding } = request;
  const body = request.body === undefined ? undefined : Buffer.from(request.body, bodyEncoding);
  // A sender in chunks must not tell a length (RFC 9112, section 6.2).
  const isChunked = 'transfer-encoding' in request.headers;
  const length = body && !isChunked && { 'content-length': String(body.byteLength) };
  const headers = { ...length, ...(host && { host }), ...request.headers };
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = given ? AbortSignal.any([given, timeout]) : timeout;
  const agent = agents[isSecure ? 'https:' : 'http:'];
  const options = { hostname, port, path, method, headers, agent, signal };
  const send = isSecure ? https.request : http.request;
  try {
    const begin = (isApart: boolean) => send(isApart ? { ...options, agent: false } : options);
    const response = await answerTo(begin, body, SAFE_METHODS.has(method));
    return { status: response.statusCode ?? 0, headers: headersOf(response), body: await text(response) };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const isDefinite = code === 'ECONNREFUSED' || code === 'ENOTFOUND';
    throw new TransportError(`${method} ${base}${path}: ${cause}`, isDefinite, { cause });
  }
}

/**
 * A server may close a connection that was kept at the moment at which it is used again: no answer then comes of a request that
 * the server has never read, which says nothing about it. What changes nothing is sent once more (RFC 9112, section 9.3.1), on a
 * connection of its own: the others that were kept may be as old.
 */
async function answerTo(
  begin: (isApart: boolean) => http.ClientRequest,
  body: Buffer | undefined,
  isSafe: boolean,
  isApart = false,
): Promise<IncomingMessage> {
  const request = begin(isApart);
  try {
    return await new Promise<IncomingMessage>((resolve, reject) => {
      request
        .on('response', (response) => {
          // Who refuses without having read the body closes the connection behind its answer, and no write is sent twice.
          if (body && (response.statusCode ?? 0) >= 400) request.shouldKeepAlive = false;
          resolve(response);
        })
        .on('error', reject)
        .end(body);
    });
  } catch (error) {
    const isReset = error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
    if (isReset && isSafe && request.reusedSocket) return answerTo(begin, body, isSafe, true);
    throw error;
  }
}

const headersOf = ({ headersDistinct }: IncomingMessage): HttpResponse['headers'] =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(', ')]));
