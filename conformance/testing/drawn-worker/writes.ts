import { z } from 'zod';
import { type Conditions, demandsOf } from './conditions.ts';
import type { Ctx } from './context.ts';
import { type Body, contentOf, etagOf, FIELDS, type Row, shown } from './documents.ts';
import { Refusal } from './refusals.ts';
import { type Change, change, IS_NOT_THERE, IS_THERE, isUnmet, type Statement } from './statements.ts';

const ID = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}$/;

/** @throws Refusal for what is no id */
export function idOf(id: unknown): string {
  if (typeof id === 'string' && ID.test(id)) return id;
  throw new Refusal('bad_id');
}

/** @throws Refusal for what is no resource */
export function resourceOf(name: string | undefined): string {
  if (name === undefined || !Object.hasOwn(FIELDS, name)) throw new Refusal('no_such_page');
  return name;
}

export interface Write extends Conditions {
  readonly kind: 'create' | 'put' | 'patch' | 'delete';
  readonly resource: string;
  /** Of a create: the id that the client wishes for. */
  readonly id: unknown;
  readonly body: Body;
}

const Batch = z.object({
  writes: z
    .array(
      z.object({
        kind: z.enum(['create', 'put', 'patch', 'delete']),
        resource: z.string(),
        id: z.unknown(),
        body: z.record(z.string(), z.unknown()).default({}),
        ifMatch: z.string().optional(),
        ifNoneMatch: z.string().optional(),
      }),
    )
    .max(200),
});

interface Prepared {
  readonly write: Write;
  readonly statement: Statement;
  readonly isConditional: boolean;
}

/** @throws Refusal for a write that this Worker does not take, or not like this */
function prepared(c: Ctx, write: Write): Prepared {
  const { switches } = c.var;
  const {
    kind,
    body: { id: _, ...body },
  } = write;
  const resource = resourceOf(write.resource);
  const isServed =
    kind === 'create' ||
    ({ put: switches.puts, patch: switches.patches, delete: switches.deletes }[kind] !== 'none' &&
      (kind === 'put' || resource !== 'labels' || switches.children === 'changed'));
  if (!isServed) throw new Refusal('no_such_page');
  const isMadeHere = kind === 'create' && switches.ids === 'server';
  const makes =
    switches.ids === 'client' && (kind === 'put' || (kind === 'patch' && switches.patches === 'makes'));
  const own = kind === 'create' ? [IS_NOT_THERE] : makes ? [] : [IS_THERE];
  const conditions =
    kind === 'create' || switches.conditions === 'ignored' ? [] : demandsOf(write, switches.tags);
  const changed: Change = {
    resource,
    id: isMadeHere ? crypto.randomUUID() : idOf(write.id),
    body: kind === 'delete' ? null : JSON.stringify(contentOf(body, kind === 'patch', switches)),
    isPatch: kind === 'patch',
    demands: [...own, ...conditions],
  };
  return { write, statement: change(changed, Date.now()), isConditional: conditions.length > 0 };
}

/** What a write that could not be done is refused with. */
function refusalOf(c: Ctx, { write, isConditional }: Prepared): Refusal {
  if (isConditional) return new Refusal('condition_false');
  if (write.kind === 'create') return new Refusal('is_taken');
  return new Refusal(c.var.switches.absent === '410' ? 'is_gone' : 'is_absent');
}

const bound = (c: Ctx, { sql, params }: Statement) =>
  c.var.session.prepare(sql).bind(c.var.account, ...params);

/** A statement that fails tells no position, and yet its refusal tells of the newest state. */
async function atNewest(c: Ctx): Promise<void> {
  if (c.var.switches.position === 'none') return;
  const session = c.env.DB.withSession('first-primary');
  await session.prepare('SELECT 1 FROM document LIMIT 1').run();
  c.set('session', session);
}

/** @throws Refusal when it could not be done */
export async function written(c: Ctx, write: Write): Promise<Response> {
  const one = prepared(c, write);
  try {
    const row = await bound(c, one.statement).first<Row>();
    if (!row) throw new Error('a write leaves a row');
    return told(c, write, row);
  } catch (error) {
    if (!isUnmet(error)) throw error;
    await atNewest(c);
    const isDoneAnyway = write.kind === 'delete' && c.var.switches.deletes === 'done' && !one.isConditional;
    if (isDoneAnyway) return c.body(null, 204);
    throw refusalOf(c, one);
  }
}

function told(c: Ctx, { kind }: Write, row: Row): Response {
  const { switches } = c.var;
  if (kind === 'delete') return c.body(null, 204);
  if (switches.told !== 'nothing') tag(c, row);
  const isMade = row.is_new === 1 && switches.statuses === 'exact';
  if (isMade) c.header('location', `/api/${row.resource}/${row.id}`);
  if (switches.told === 'nothing') return c.body(null, isMade ? 201 : 204);
  const document = shown(row, switches);
  const { id, version } = document;
  return c.json(switches.told === 'document' ? document : { id, version }, isMade ? 201 : 200);
}

/** All of the writes or none, or each by itself, with what became of it. */
export async function batch(c: Ctx, json: unknown): Promise<Response> {
  const { switches } = c.var;
  const parsed = Batch.safeParse(json);
  if (!parsed.success || switches.batches === 'none') throw new Refusal('bad_content');
  const { writes } = parsed.data;
  if (switches.batches === 'each') {
    const results: unknown[] = [];
    for (const write of writes) results.push(await resultOf(c, write));
    return c.json({ results });
  }
  const all = writes.map((write) => prepared(c, write));
  if (all.length === 0) return c.json({ results: [] });
  try {
    const done = await c.var.session.batch<Row>(all.map(({ statement }) => bound(c, statement)));
    const rows = done.flatMap(({ results }) => results.slice(0, 1));
    return c.json({ results: rows.map((row) => ({ id: row.id, version: shown(row, switches).version })) });
  } catch (error) {
    if (!isUnmet(error)) throw error;
    await atNewest(c);
    throw new Refusal('is_taken');
  }
}

async function resultOf(c: Ctx, write: Write): Promise<unknown> {
  try {
    const one = prepared(c, write);
    const row = await bound(c, one.statement).first<Row>();
    return row ? { id: row.id, version: shown(row, c.var.switches).version } : { error: 'not done' };
  } catch (error) {
    if (error instanceof Refusal || isUnmet(error)) return { error: 'not done' };
    throw error;
  }
}

export function tag(c: Ctx, row: Row): void {
  const { tags } = c.var.switches;
  if (tags !== 'none') c.header('etag', `${tags === 'weak' ? 'W/' : ''}${etagOf(row)}`);
}
