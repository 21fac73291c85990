import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { sign } from 'hono/jwt';
import type { Bindings } from '../src/bindings.ts';
import app from '../src/index.ts';

/** The bindings of the test deployment; a test that needs a faulty one replaces it. */
export const bindings = {
  ACCOUNTS: env.ACCOUNTS,
  SHARD_EU_1: env.SHARD_EU_1,
  SHARD_EU_2: env.SHARD_EU_2,
  JWT_SECRET: env.JWT_SECRET,
  SEAL_SECRET: env.SEAL_SECRET,
  BASE_DOMAIN: env.BASE_DOMAIN,
  EVIDENCE: 'on',
} satisfies Bindings;

export interface Call {
  readonly account?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string and bytes are sent as they are. */
  readonly body?: unknown;
  readonly bindings?: Bindings;
  /** Replaces the valid token of the account; null sends none. */
  readonly token?: string | null;
}

const HOUR_SECONDS = 3_600;
export const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

export function tokenOf(account: string, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return sign(
    { sub: 'us-00001', acct: account, exp: nowSeconds() + HOUR_SECONDS, ...claims },
    env.JWT_SECRET,
    'HS256',
  );
}

/** Sends one request to the Worker, as `acme` on its own hostname unless told otherwise. */
export async function call(method: string, path: string, options: Call = {}): Promise<Response> {
  const { account = 'acme', host = `${account}.docs.test`, body } = options;
  const token = options.token === undefined ? await tokenOf(account) : options.token;
  const headers = new Headers(options.headers);
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  const init: RequestInit = { method, headers };
  if (body !== undefined)
    init.body = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const context = createExecutionContext();
  const response = await app.fetch(
    new Request(`https://${host}${path}`, init),
    options.bindings ?? bindings,
    context,
  );
  await waitOnExecutionContext(context);
  return response;
}

/** Creates a document and insists that it worked. @returns the response, for its bookmark */
export async function create(
  collection: string,
  id: string,
  body: object,
  options: Call = {},
): Promise<Response> {
  const response = await call('POST', `/v1/${collection}`, { ...options, body: { id, body } });
  if (response.status !== 201)
    throw new Error(`create ${collection}/${id}: ${response.status} ${await response.text()}`);
  return response;
}

/** The status and problem code of a refused request. */
export async function refusal(
  response: Response,
): Promise<{ status: number; code: string; definite: boolean }> {
  const { code, definite, status } = await response.json<{
    code: string;
    definite: boolean;
    status: number;
  }>();
  if (status !== response.status) throw new Error(`problem says ${status}, response says ${response.status}`);
  return { status, code, definite };
}
