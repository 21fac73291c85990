import type { Context } from 'hono';
import type { Stores } from './cache.ts';
import type { Fills } from './fills.ts';
import type { Limits } from './limits.ts';
import type { Tenant } from './statements.ts';

export interface Bindings extends Stores {
  readonly MEDIA: R2Bucket;
  readonly FILLS: DurableObjectNamespace<Fills>;
  readonly LIMITS: DurableObjectNamespace<Limits>;
  /** Below which every tenant has a hostname. */
  readonly BASE_DOMAIN: string;
  readonly SESSION_SECRET: string;
  /** Shows that a request comes from the router, whose forwarded host is believed; absent where there is none. */
  readonly ROUTER_SECRET?: string;
  readonly WRITES_A_MINUTE: string;
}

export interface App {
  Bindings: Bindings;
  Variables: { tenant: Tenant };
}
export type Ctx = Context<App>;
