import type { PageOptions } from '../system/index.ts';
import type { Format, Hints } from './hints.ts';
import type { FoundRoute } from './routes.ts';
import type { DatabaseTable } from './schema.ts';

export const KINDS_OF_ROUTES = ['read', 'list', 'create', 'put', 'patch', 'delete'] as const;
type Kind = (typeof KINDS_OF_ROUTES)[number];

/** A resource as it can be told from its routes and its table. */
export interface DraftResource {
  readonly name: string;
  /** What its paths begin with, as in `/api`. */
  readonly base: string;
  readonly kinds: readonly Kind[];
  readonly ids: 'client' | 'server';
  readonly indexed: readonly string[];
  /** By field: the code of its value, where the word is called `word`. */
  readonly document: Readonly<Record<string, string>>;
  readonly table: string | undefined;
  /** The column that says whose a row is. */
  readonly owner: string | undefined;
  readonly parent: { readonly resource: string; readonly field: string } | undefined;
  /** What a list is a member of: undefined where it is the whole answer, or cannot be told. */
  readonly items: string | undefined;
  readonly page: PageOptions | undefined;
  /** What an answer that shows one document has it in: undefined where it is the whole answer. */
  readonly envelope: string | undefined;
  /** The member that holds the id. */
  readonly id: string;
  /** Its field whose value no two documents of an account have. */
  readonly unique: string | undefined;
  /** By kind: the code of a route that is none of the usual ones. */
  readonly unusual: Readonly<Partial<Record<Kind, string>>>;
}

export interface DraftResources {
  readonly resources: readonly DraftResource[];
  /** What is left out, a sentence each. */
  readonly left: readonly string[];
}

/** Columns and tables as both sides write them: `note_id` and `noteId` are one. */
const plainOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z\d]/g, '');
const singular = (name: string): string => plainOf(name).replace(/ies$/, 'y').replace(/s$/, '');
/** The column that says whose a row is. */
export const OWNER =
  /^(user|account|tenant|org|organi[sz]ation|owner|team|customer|workspace|member|author|created_?by)(_?(id|name|email))?$/i;
const TIMED = /(_at|At|_on|date|time|timestamp)$/;

/** @param routes all of the Worker; those of signing in are none of a resource */
export function resourcesOf(
  routes: readonly FoundRoute[],
  tables: readonly DatabaseTable[],
  hints: Hints,
): DraftResources {
  const found = grouped(routes);
  const nested = new Set(
    routes.flatMap(({ method, path }) =>
      method === 'GET' && NESTED.test(path) ? [path.replace(/\/:\w+$/, '')] : [],
    ),
  );
  const left = [...nested].map(
    (path) => `${path} is left out: its path names another document, which no route of a description does.`,
  );
  const names = found.map(({ name }) => name);
  const resources = found.flatMap((each): DraftResource[] => {
    const { name, byKind } = each;
    // Whoever has no other way to make a document puts it.
    const kinds = KINDS_OF_ROUTES.filter(
      (kind) => byKind.has(kind) || (kind === 'create' && byKind.has('put')),
    );
    if (!byKind.has('read') || !(byKind.has('create') || byKind.has('put'))) {
      left.push(`${name} is left out: a check needs a route that reads one document, and one that makes it.`);
      return [];
    }
    const table = tables.find((one) => singular(one.name) === singular(name));
    const foreign = table?.references.find((reference) =>
      names.some((other) => other !== name && singular(other) === singular(reference.table)),
    );
    const parent = foreign && names.find((other) => singular(other) === singular(foreign.table));
    const drafted = resource(each, kinds, table, names, hints);
    if (!foreign || parent === undefined) return [drafted];
    const field = Object.keys(drafted.document).find((one) => plainOf(one) === plainOf(foreign.column));
    if (field !== undefined) {
      const isNumber =
        table?.columns.find(({ name: column }) => column === foreign.column)?.type === 'INTEGER';
      const code = `existingId('${parent}'${isNumber ? ", 'number'" : ''})`;
      return [{ ...drafted, document: { ...drafted.document, [field]: code }, parent: undefined }];
    }
    left.push(
      `${name} is left out: its ${foreign.column} must be a row of ${foreign.table}, and no field of it says which.`,
    );
    return [];
  });
  return { resources, left };
}

interface Grouped {
  readonly name: string;
  readonly base: string;
  readonly byKind: ReadonlyMap<Kind, FoundRoute>;
}

type KindsAt = Readonly<Record<'one' | 'all', Readonly<Record<string, Kind>>>>;
const USUAL: KindsAt = {
  one: { GET: 'read', PUT: 'put', PATCH: 'patch', DELETE: 'delete' },
  all: { GET: 'list', POST: 'create' },
};
/** A document that is made at its id, or put with its id in the body. */
const UNUSUAL: KindsAt = { one: { POST: 'create' }, all: { PUT: 'put' } };
/** As a form removes one. */
const REMOVES = /\/(remove|delete|destroy)$/;

/** Documents below a document. */
const NESTED = /\/:\w+(\{.+\})?\/(?!remove|delete|destroy)[a-z][\w-]*(\/:\w+)?$/i;

/** What a path is of, as in `/base/name/:id`. */
function placeOf(path: string) {
  const [, base = '', name = '', id] =
    /^((?:\/[\w-]+)*?)\/([a-z][\w-]*)(?:\/:(\w+)(?:\{.+\})?)?\/?$/i.exec(path) ?? [];
  return { base, name, at: id === undefined ? ('all' as const) : ('one' as const) };
}

const kindIn =
  (kinds: KindsAt) =>
  ({ method, path }: FoundRoute) => {
    const { base, name, at } = placeOf(path);
    return { base, name, kind: kinds[at][method] };
  };

function removalIn({ method, path }: FoundRoute) {
  const { base, name, at } = placeOf(path.replace(REMOVES, ''));
  const removes = method === 'POST' && REMOVES.test(path) && at === 'one';
  return { base, name, kind: removes ? ('delete' as const) : undefined };
}

/** Routes at `/base/name` and `/base/name/:id`; what is usual comes first. */
function grouped(routes: readonly FoundRoute[]): readonly Grouped[] {
  const found = new Map<string, Grouped & { byKind: Map<Kind, FoundRoute> }>();
  for (const ways of [kindIn(USUAL), kindIn(UNUSUAL), removalIn])
    for (const route of routes) {
      const { base, name, kind } = ways(route);
      if (name === '' || kind === undefined) continue;
      const group = found.get(`${base}/${name}`) ?? { name, base, byKind: new Map() };
      found.set(`${base}/${name}`, group);
      if (!group.byKind.has(kind)) group.byKind.set(kind, route);
    }
  return [...found.values()].filter(({ byKind }) =>
    ['read', 'put', 'patch', 'delete'].some((kind) => [...byKind.keys()].some((each) => each === kind)),
  );
}

function resource(
  { name, base, byKind }: Grouped,
  kinds: readonly Kind[],
  table: DatabaseTable | undefined,
  resources: readonly string[],
  hints: Hints,
): DraftResource {
  const [list, create] = [byKind.get('list'), byKind.get('create') ?? byKind.get('put')];
  const columns = table?.columns ?? [];
  const columnOf = (field: string) => columns.find((column) => plainOf(column.name) === plainOf(field));
  const own = columns.filter(
    ({ name: column, isKey }) => !isKey && !OWNER.test(column) && !TIMED.test(column),
  );
  const keys = columns.filter(({ isKey, name: column }) => isKey && !OWNER.test(column));
  const parameter = /:(\w+)[^/]*$/.exec(byKind.get('read')?.path ?? '')?.[1] ?? 'id';
  // One that is called as the path has it, where two make the key: the other one says whose it is.
  const key =
    keys.length === 1 ? keys[0] : keys.find((column) => plainOf(column.name) === plainOf(parameter));
  const names = own.map((column) => column.name);
  // What is read of a parsed body may be the parser's own: its data, its success.
  const takes = (create?.takes ?? []).filter(
    (field) => columns.length === 0 || names.some((name) => plainOf(name) === plainOf(field)),
  );
  const shape = shapeFor(takes, names, hints);
  const idField = key?.name ?? 'id';
  const taken = (shape ? Object.keys(shape) : takes.length > 0 ? takes : names).filter(
    (field) => plainOf(field) !== plainOf(idField),
  );
  const document = Object.fromEntries(
    taken.map((field) => [field, codeOf(shape?.[field], columnOf(field)?.type)]),
  );
  const words = taken.filter((field) => document[field] === 'word');
  const unique = table?.unique
    .map((index) => index.filter((column) => !OWNER.test(column)))
    .find((index) => index.length === 1)?.[0];
  const uniqueField = words.find((field) => unique !== undefined && plainOf(field) === plainOf(unique));
  // One is left for the word that a check looks for.
  const indexed = (list?.queries ?? [])
    .filter((field) => words.includes(field) && field !== uniqueField)
    .slice(0, words.length - 1);
  const childField = taken.find((field) =>
    resources.some((other) => other !== name && plainOf(field) === `${singular(other)}id`),
  );
  const parent = resources.find(
    (other) => childField !== undefined && plainOf(childField) === `${singular(other)}id`,
  );
  const given = list?.gives.find((members) => members.some(isList(name))) ?? list?.gives[0] ?? [];
  const next = given.find((member) => /^(next|cursor|nextCursor|next_cursor)$/.test(member));
  const after = list?.queries.find((each) => /^(cursor|after|page|next)$/.test(each));
  return {
    ...{ name, base, kinds, document, table: table?.name },
    indexed,
    ids:
      byKind.has('create') &&
      placeOf(create?.path ?? '').at === 'all' &&
      !create?.takes.some((field) => plainOf(field) === plainOf(idField))
        ? 'server'
        : 'client',
    owner: (columns.find((column) => OWNER.test(column.name)) ?? keys.find((column) => key && column !== key))
      ?.name,
    parent:
      parent !== undefined && childField !== undefined && indexed.includes(childField)
        ? { resource: parent, field: childField }
        : undefined,
    items: given.find(isList(name)) ?? given.find((member) => member !== next),
    page: after === undefined ? undefined : pageOf(after, next, list?.queries ?? []),
    envelope: byKind
      .get('read')
      ?.gives.filter((members) => !members.some((member) => columnOf(member) !== undefined))
      .flat()
      .find((member) => ENVELOPE.test(member) || plainOf(member) === singular(name)),
    id: idField,
    unique: uniqueField,
    unusual: unusualRoutes(byKind, idField),
  };
}

/** Whether the code of a value stands for the id of another document. */
export const namesAnother = (code: string): boolean => code.startsWith('existingId(');

const ENVELOPE = /^(data|results?|item|record|document)$/;
const isList =
  (resource: string) =>
  (member: string): boolean =>
    plainOf(member) === plainOf(resource) || /^(data|items|results?|rows|records)$/.test(member);

/** Pages that follow one another by what an answer tells, or by number. */
function pageOf(
  parameter: string,
  next: string | undefined,
  queries: readonly string[],
): PageOptions | undefined {
  if (next === undefined && parameter !== 'page') return undefined;
  const limit = queries.find((each) => /^(per_?page|page_?size|size)$/i.test(each));
  return { parameter, ...(next !== undefined && { next }), ...(limit !== undefined && { limit }) };
}

/** The code of each route that is not where it usually is, or takes a form. */
function unusualRoutes(byKind: Grouped['byKind'], idField: string): DraftResource['unusual'] {
  const put = byKind.get('put');
  const all = [...byKind, ...(put && !byKind.has('create') ? [['create', put] as const] : [])];
  const codes = all.flatMap(([kind, { method, path, isForm }]): (readonly [Kind, string])[] => {
    const at = path.replace(/:\w+(\{.+\})?/, ':id');
    const isUsual = USUAL[placeOf(path).at][method] === kind;
    if (isForm && method === 'POST') return [[kind, `form('${at}')`]];
    if (isUsual) return [];
    const json = kind === 'delete' ? '' : `, json: ${at.includes(':id') ? BODY : bodyWith(idField)}`;
    return [[kind, `{ method: '${method}', path: '${at}'${json} }`]];
  });
  return Object.fromEntries(codes);
}

const BODY = '({ body }) => body';
const bodyWith = (idField: string): string => `({ id, body }) => ({ ${idField}: id, ...body })`;

/** The schema that has most of the fields that are taken, or else most of the columns. */
function shapeFor(
  takes: readonly string[],
  columns: readonly string[],
  { shapes }: Hints,
): Hints['shapes'][number] | undefined {
  const wanted = new Set((takes.length > 0 ? takes : columns).map(plainOf));
  const common = (shape: Hints['shapes'][number]): number =>
    Object.keys(shape).filter((field) => wanted.has(plainOf(field))).length;
  const [best] = shapes.toSorted((a, b) => common(b) - common(a));
  return best && common(best) > 0 ? best : undefined;
}

/** With the word in it wherever that can be. */
const LIKE: Readonly<Record<Format, string>> = {
  url: "'https://' + word + '.example/'",
  email: "word + '@example.com'",
  uuid: "'7b1f4c1e-3d5a-4f0e-9c6b-2a8d5e7f9b10'",
  date: "'2026-11-02'",
  'date-time': "'2026-11-02T09:30:00.000Z'",
};

function codeOf(kind: Hints['shapes'][number][string] | undefined, type = ''): string {
  if (typeof kind === 'object') return 'oneOf' in kind ? `'${kind.oneOf}'` : LIKE[kind.format];
  if (kind === 'boolean' || /BOOL/.test(type)) return 'true';
  if (kind === 'number' || (kind === undefined && /INT|REAL|NUM|FLOA|DOUB/.test(type))) return '1';
  return 'word';
}
