import { Hono } from 'hono';
import * as z from 'zod';
import { collectionParam, idParam } from '../collections.ts';
import { openCursor, type Position, sealCursor } from '../cursor.ts';
import { envelope, storedDocument } from '../documents.ts';
import type { App, Ctx } from '../env.ts';
import { parseLimit, parseListQuery, single } from '../list-query.ts';
import { Problem } from '../problem.ts';
import { listDocuments, listFinancesOfClient } from '../statements.ts';

const SortValue = z.object({ sort_value: z.string().optional() });
const ClientOfRow = z.object({
  client_id: z.string(),
  client_version: z.int(),
  entity_id: z.string().nullable(),
});

/** Lists of a collection, and the join of a client with its finances (B9). */
export const lists = new Hono<App>()
  .get('/clients/:id/finances', async (c) => {
    const clientId = idParam(c.req.param('id'));
    const { limit: limitText, cursor, ...unknown } = single(c.req.raw);
    const [stray] = Object.keys(unknown);
    if (stray !== undefined)
      throw new Problem('invalid_query', `${stray} is not known here; use limit and cursor.`);
    const limit = parseLimit(limitText);
    const scope = JSON.stringify(['clients', clientId, 'finances']);
    const after = await position(c, scope, cursor);
    const rows = await c.var.store.read(listFinancesOfClient(clientId, after?.id ?? '', limit));
    if (rows.length === 0) throw new Problem('not_found', `There is no clients/${clientId}.`);
    const { client_version, entity_id } = ClientOfRow.parse(rows[0]);
    const client = JSON.stringify({ id: clientId, _version: client_version });
    return page(c, scope, entity_id === null ? [] : rows, limit, `"client":${client},`);
  })
  .get('/:collection', async (c) => {
    const collection = collectionParam(c.req.param('collection'));
    const { query, cursor, scope } = parseListQuery(collection, c.req.raw);
    const after = await position(c, scope, cursor);
    const rows = await c.var.store.read(listDocuments({ ...query, ...(after && { after }) }));
    return page(c, scope, rows, query.limit);
  });

async function position(c: Ctx, scope: string, cursor: string | undefined): Promise<Position | undefined> {
  return cursor === undefined ? undefined : openCursor(c.env.SEAL_SECRET, c.var.account.id, scope, cursor);
}

/** @param rows up to one more than the limit: its presence means that another page follows */
async function page(
  c: Ctx,
  scope: string,
  rows: readonly unknown[],
  limit: number,
  extra = '',
): Promise<Response> {
  const documents = rows.slice(0, limit).map(storedDocument);
  const last = documents.at(-1);
  let cursor: string | null = null;
  if (last && rows.length > limit) {
    const { sort_value: value } = SortValue.parse(rows[limit - 1]);
    const end = { id: last.id, ...(value !== undefined && { value }) };
    cursor = await sealCursor(c.env.SEAL_SECRET, c.var.account.id, scope, end);
  }
  const json = `{${extra}"items":[${documents.map(envelope).join(',')}],"cursor":${JSON.stringify(cursor)}}`;
  return c.body(json, 200, { 'content-type': 'application/json' });
}
