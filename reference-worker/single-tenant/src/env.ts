import type { D1Database, D1DatabaseSession, R2Bucket } from '@cloudflare/workers-types';

/** One shop's resources, and nothing else: there is no name in here that could lead to another shop (C3). */
export interface ShopBindings {
  readonly DB: D1Database;
  readonly MEDIA: R2Bucket;
  /** The shop's own name, a DNS label: in its hostname, in its sessions and in its metrics. */
  readonly SLUG: string;
  /** The shop answers at `SLUG.BASE_DOMAIN`. */
  readonly BASE_DOMAIN: string;
  readonly SESSION_SECRET: string;
  readonly WEBHOOK_SECRET: string;
}

/** What a request has used, for its metrics (C9). */
export interface Used {
  rowsRead: number;
  rowsWritten: number;
}

export interface ShopApp {
  Bindings: ShopBindings;
  Variables: { staffId: string; session: D1DatabaseSession; used: Used };
}
