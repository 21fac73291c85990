import type { Context } from 'hono';
import type { TimingVariables } from 'hono/timing';
import type { Account } from './accounts.ts';
import type { Bindings } from './bindings.ts';
import type { ShardSession } from './shard-session.ts';

export interface Variables extends TimingVariables {
  account: Account;
  store: ShardSession;
  cacheOutcome: 'hit' | 'miss' | 'bypass' | 'off';
}

export type App = { Bindings: Bindings; Variables: Variables };
export type Ctx = Context<App>;
