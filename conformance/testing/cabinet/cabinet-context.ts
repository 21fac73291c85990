import type { D1Database, D1DatabaseSession } from '@cloudflare/workers-types';
import type { Context } from 'hono';
import { sign, verify } from 'hono/jwt';
import { z } from 'zod';
import { Refusal } from './cabinet-refusals.ts';
import type { Statement } from './cabinet-statements.ts';

interface Bindings {
  readonly DB: D1Database;
  readonly SECRET: string;
  readonly BASE_DOMAIN: string;
}
export type App = { Bindings: Bindings; Variables: { account: string; session: D1DatabaseSession } };
export type Ctx = Context<App>;

/** The fields that each drawer can be searched and sorted by. */
export const DRAWERS: Readonly<Record<string, readonly string[]>> = {
  groups: ['name'],
  users: ['email', 'surname', 'groupId'],
  clients: ['surname', 'postcode', 'groupId'],
  finances: ['clientId', 'reviewOn'],
  notes: ['clientId', 'authorId'],
};

export const File = z.object({ name: z.string(), revision: z.int(), content: z.string() });

export const shown = ({ name, revision, content }: z.infer<typeof File>) => ({
  name,
  revision,
  content: JSON.parse(content),
});

export function drawerOf(c: Ctx): string {
  const drawer = c.req.param('drawer') ?? '';
  if (!Object.hasOwn(DRAWERS, drawer)) throw new Refusal('no_such_page');
  return drawer;
}

export const sealed = (c: Ctx, purpose: string, value: unknown): Promise<string> =>
  sign({ for: `${purpose} of ${c.var.account}`, value }, c.env.SECRET, 'HS256');

export async function opened(c: Ctx, purpose: string, token: string): Promise<unknown> {
  // Whatever is wrong with a token, it was not made here.
  const claims = await verify(token, c.env.SECRET, 'HS256').catch(() => undefined);
  return claims?.for === `${purpose} of ${c.var.account}` ? claims.value : undefined;
}

/** Every statement is bound to the account and the drawer. */
export async function run(c: Ctx, { sql, params }: Statement): Promise<Record<string, unknown>[]> {
  const statement = c.var.session.prepare(sql).bind(c.var.account, drawerOf(c), ...params);
  return (await statement.all<Record<string, unknown>>()).results;
}
