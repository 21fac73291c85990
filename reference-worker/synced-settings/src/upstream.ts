import { z } from 'zod';
import type { Env } from './env.ts';
import { unseal } from './seal.ts';

/** A customer's part of the upstream: from the database, never from a request. */
export interface Zone {
  readonly customer_id: string;
  readonly zone_id: string;
  readonly sealed_token: string;
}

const Setting = z.object({ id: z.string(), value: z.string(), version: z.int() });
export type Setting = z.infer<typeof Setting>;
const One = z.object({ result: Setting });
const All = z.object({ result: z.array(Setting) });

/** The upstream did not do what it was asked. `definite`: it has certainly not done it. */
export class UpstreamFailure extends Error {
  readonly definite: boolean;

  constructor(message: string, definite: boolean) {
    super(message);
    this.definite = definite;
  }
}

/** A change takes two seconds at most (E6), and nobody waits for a refresh: what takes longer has failed. */
const TIMEOUT_MS = 1_500;
const REFRESH_TIMEOUT_MS = 20_000;

/** Every setting of a zone, with one call. @throws UpstreamFailure */
export const readAll = async (env: Env, zone: Zone): Promise<readonly Setting[]> =>
  All.parse(await call(env, zone, 'GET', '', REFRESH_TIMEOUT_MS)).result;

/** @throws UpstreamFailure */
export const readOne = async (env: Env, zone: Zone, id: string): Promise<Setting> =>
  One.parse(await call(env, zone, 'GET', `/${encodeURIComponent(id)}`, REFRESH_TIMEOUT_MS)).result;

/** @throws UpstreamFailure */
export const change = async (env: Env, zone: Zone, id: string, value: string): Promise<Setting> =>
  One.parse(await call(env, zone, 'PUT', `/${encodeURIComponent(id)}`, TIMEOUT_MS, { value })).result;

async function call(
  env: Env,
  { customer_id, zone_id, sealed_token }: Zone,
  method: string,
  path: string,
  timeoutMs: number,
  body?: object,
): Promise<unknown> {
  const url = `${env.UPSTREAM}/zones/${encodeURIComponent(zone_id)}/settings${path}`;
  const headers = { authorization: `Bearer ${await unseal(sealed_token, customer_id, env.SEAL_SECRET)}` };
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, {
    method,
    headers,
    signal,
    ...(body && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new UpstreamFailure(`The upstream did not answer: ${cause}`, false);
  });
  if (response.ok) return response.json();
  await response.body?.cancel();
  // Below 500 it says that it has done nothing (RFC 9110, section 15.5; RFC 6585, section 4).
  throw new UpstreamFailure(`The upstream answered ${response.status}.`, response.status < 500);
}
