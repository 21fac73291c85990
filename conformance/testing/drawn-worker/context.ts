import type { D1Database, D1DatabaseSession, KVNamespace } from '@cloudflare/workers-types';
import type { Context } from 'hono';
import type { Switches } from './switches.ts';

export interface App {
  Bindings: {
    readonly DB: D1Database;
    readonly SESSIONS: KVNamespace;
    readonly SECRET: string;
    readonly SWITCHES: string;
  };
  Variables: { account: string; switches: Switches; session: D1DatabaseSession | D1Database };
}
export type Ctx = Context<App>;
