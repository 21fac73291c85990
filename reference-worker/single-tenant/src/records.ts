import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { rowsOfShop } from './database.ts';
import type { ShopApp } from './env.ts';
import { ShopError } from './refusal.ts';
import {
  deleteRecord,
  insertRecord,
  type ShopValues,
  selectOne,
  selectPage,
  updateRecord,
} from './statements.ts';
import { type ShopTable, shopShape, shopTable } from './tables.ts';

type Ctx = Context<ShopApp>;
type Row = Readonly<Record<string, unknown>>;

const ID = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}$/;
const Id = z.string().regex(ID);
const PAGE_ITEMS = 100;
const Page = z.object({
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(PAGE_ITEMS))
    .default(20),
  after: z.union([Id, z.literal('')]).default(''),
});

function tableOf(c: Ctx): ShopTable {
  const resource = c.req.param('resource') ?? '';
  const table = shopTable(resource);
  if (!table) throw new ShopError('no_route', `This shop has no ${resource}.`);
  return table;
}

function idOf(id: unknown): string {
  const parsed = Id.safeParse(id);
  if (!parsed.success) throw new ShopError('bad_id', 'The id is missing, too long, or has other characters.');
  return parsed.data;
}

async function objectIn(c: Ctx): Promise<Readonly<Record<string, unknown>>> {
  const object = z.record(z.string(), z.unknown()).safeParse(await c.req.json().catch(() => undefined));
  if (!object.success) throw new ShopError('not_json', 'The body is no JSON object.');
  return object.data;
}

function valuesIn(schema: z.ZodType, body: unknown): ShopValues {
  const values = schema.safeParse(body);
  if (!values.success) throw new ShopError('wrong_shape', z.prettifyError(values.error));
  return values.data as ShopValues;
}

function theOne([row]: readonly Row[]): Row {
  if (!row) throw new ShopError('not_found', 'There is no such document in this shop.');
  return row;
}

function pageIn(c: Ctx, table: ShopTable) {
  const asked = c.req.queries();
  const names = Object.keys(asked);
  const filters = names.filter((name) => name !== 'limit' && name !== 'after');
  const [field, another] = filters;
  const page = Page.safeParse(c.req.query());
  const isRepeated = names.some((name) => asked[name]?.length !== 1);
  if (
    !page.success ||
    isRepeated ||
    another !== undefined ||
    (field !== undefined && !table.indexed.includes(field))
  )
    throw new ShopError(
      'bad_query',
      `Lists take limit (1 to ${PAGE_ITEMS}), after, and one of ${table.indexed.join(', ')}; each once.`,
    );
  return {
    ...page.data,
    filter: field === undefined ? undefined : ([field, c.req.query(field) ?? ''] as const),
  };
}

/** The shop's own records. Tills make the ids, so that what is sent twice is made once. */
export const records = new Hono<ShopApp>()
  .get('/:resource', async (c) => {
    const table = tableOf(c);
    const page = pageIn(c, table);
    const rows = await rowsOfShop(c, selectPage(table, page));
    const items = rows.slice(0, page.limit);
    return c.json({ items, next: rows.length > page.limit ? items.at(-1)?.id : null });
  })
  .post('/:resource', async (c) => {
    const table = tableOf(c);
    const { id: given, ...body } = await objectIn(c);
    const id = idOf(given);
    const [made] = await rowsOfShop(c, insertRecord(table, id, valuesIn(shopShape(table), body), false));
    if (!made) throw new ShopError('id_taken', `There is a document ${id} already.`);
    return c.json(made, 201, { location: `${new URL(c.req.url).pathname}/${id}` });
  })
  .get('/:resource/:id', async (c) =>
    c.json(theOne(await rowsOfShop(c, selectOne(tableOf(c), idOf(c.req.param('id')))))),
  )
  .put('/:resource/:id', async (c) => {
    const table = tableOf(c);
    const id = idOf(c.req.param('id'));
    const document = valuesIn(shopShape(table), await objectIn(c));
    const [made] = await rowsOfShop(c, insertRecord(table, id, document, false));
    if (made) return c.json(made, 201, { location: new URL(c.req.url).pathname });
    return c.json(theOne(await rowsOfShop(c, insertRecord(table, id, document, true))));
  })
  .patch('/:resource/:id', async (c) => {
    const table = tableOf(c);
    const id = idOf(c.req.param('id'));
    const change = valuesIn(shopShape(table).partial(), await objectIn(c));
    return c.json(theOne(await rowsOfShop(c, updateRecord(table, id, change))));
  })
  .delete('/:resource/:id', async (c) =>
    c.json(theOne(await rowsOfShop(c, deleteRecord(tableOf(c), idOf(c.req.param('id')))))),
  );
