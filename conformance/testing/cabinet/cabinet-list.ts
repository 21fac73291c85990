import { z } from 'zod';
import { type Ctx, DRAWERS, drawerOf, File, opened, run, sealed, shown } from './cabinet-context.ts';
import { Refusal } from './cabinet-refusals.ts';
import { listFiles } from './cabinet-statements.ts';

const Limit = z.coerce.number().pipe(z.int().min(1).max(100));
const Place = z.object({ list: z.string(), value: z.string(), name: z.string() });

/** `?surname=`, `?surname*=` for a prefix, `sort`, `limit` and `from`. */
export async function list(c: Ctx): Promise<Response> {
  const drawer = drawerOf(c);
  const queries = c.req.queries();
  if (Object.values(queries).some(({ length }) => length > 1)) throw new Refusal('bad_search');
  const { sort: sortText, limit: limitText = '20', from, ...fields } = c.req.query();
  const filters = Object.entries(fields).map(([name, value]) => ({
    field: name.replace(/\*$/, ''),
    value,
    isPrefix: name.endsWith('*'),
  }));
  const sort = sortText?.replace(/^-/, '');
  const known = [...filters.map(({ field }) => field), ...(sort === undefined ? [] : [sort])];
  const limit = Limit.safeParse(limitText).data;
  if (!limit || filters.length > 1 || !known.every((field) => DRAWERS[drawer]?.includes(field)))
    throw new Refusal('bad_search');
  const descending = sortText?.startsWith('-') ?? false;
  const scope = JSON.stringify([drawer, filters, sortText]);
  const place = from === undefined ? undefined : Place.safeParse(await opened(c, 'place', from)).data;
  if (from !== undefined && place?.list !== scope) throw new Refusal('bad_search');
  const rows = await run(c, listFiles({ filter: filters[0], sort, descending, limit, after: place }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more =
    last && rows.length > limit
      ? await sealed(c, 'place', { list: scope, value: last.value, name: last.name })
      : null;
  return c.json({ files: page.map((row) => shown(File.parse(row))), more });
}
