import { verify } from 'hono/jwt';
import { keep, lookUp, TTL_MS } from './cache.ts';
import type { Bindings, Ctx } from './env.ts';
import { Refusal } from './refusal.ts';
import { TENANT_BY_DOMAIN, TENANT_BY_ID, type Tenant } from './statements.ts';

/** The hostname that was asked for: without its port, in lower case and ASCII, and without the dot of the DNS root. */
export function hostnameOf(c: Ctx): string {
  const forwarded = c.req.header('x-forwarded-host');
  const secret = c.env.ROUTER_SECRET;
  // Anybody can send such a header: it is believed from the router only (D1).
  const isOfRouter = secret !== undefined && c.req.header('x-router-secret') === secret;
  const host = isOfRouter && forwarded ? forwarded : new URL(c.req.url).host;
  return (URL.parse(`http://${host}`)?.hostname ?? '').replace(/\.$/, '');
}

/** The tenant of a subdomain of the base domain; undefined for every other hostname. */
function labelOf({ BASE_DOMAIN }: Bindings, hostname: string): string | undefined {
  const label = hostname.endsWith(`.${BASE_DOMAIN}`) ? hostname.slice(0, -BASE_DOMAIN.length - 1) : undefined;
  return label !== undefined && /^[a-z\d]([a-z\d-]*[a-z\d])?$/.test(label) ? label : undefined;
}

async function findTenant(env: Bindings, hostname: string): Promise<Tenant | null> {
  const label = labelOf(env, hostname);
  const statement = label === undefined ? TENANT_BY_DOMAIN : TENANT_BY_ID;
  const bound = env.DB.prepare(statement).bind(label ?? hostname);
  return bound.first<Tenant>();
}

/** For visitors: five minutes old at most. Hostnames that lead nowhere are not kept, since anybody can make them up. */
export async function tenantForVisitors(c: Ctx): Promise<Tenant> {
  const hostname = hostnameOf(c);
  const key = `v1:host:${hostname}`;
  // A key of KV holds 512 bytes, a hostname 253 (RFC 1035).
  if (hostname.length === 0 || hostname.length > 253) throw new Refusal(404, 'There is no such site.');
  const cached = await lookUp<Tenant>(c.env, key, TTL_MS.host);
  if (cached) return cached;
  const atMs = Date.now();
  const tenant = await findTenant(c.env, hostname);
  if (!tenant) throw new Refusal(404, 'There is no such site.');
  c.executionCtx.waitUntil(keep(c.env, key, { atMs, value: tenant }, TTL_MS.host));
  return tenant;
}

/**
 * For who edits: as D1 has it now, and only below the base domain, where the session cookie is sent. The owner of one tenant is a
 * visitor to every other (D5).
 *
 * @param cookie of the base domain, signed by who has checked the e-mail address
 */
export async function tenantForOwner(c: Ctx, cookie: string | undefined): Promise<Tenant> {
  const claims = await verify(cookie ?? '', c.env.SESSION_SECRET, 'HS256').catch(() => undefined);
  if (typeof claims?.email !== 'string') throw new Refusal(401, 'Sign in.');
  const hostname = hostnameOf(c);
  const tenant = labelOf(c.env, hostname) === undefined ? null : await findTenant(c.env, hostname);
  if (tenant?.ownerEmail !== claims.email) throw new Refusal(403, 'This site is not yours to edit.');
  return tenant;
}
