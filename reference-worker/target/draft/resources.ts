import type { Hints } from './hints.ts';
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
  readonly page: { readonly next: string; readonly parameter: string } | undefined;
  /** The member that holds the id. */
  readonly id: string;
}

export interface DraftResources {
  readonly resources: readonly DraftResource[];
  /** What is left out, a sentence each. */
  readonly left: readonly string[];
}

/** Columns and tables as both sides write them: `note_id` and `noteId` are one. */
const plainOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z\d]/g, '');
const singular = (name: string): string => plainOf(name).replace(/ies$/, 'y').replace(/s$/, '');
const OWNER =
  /^(user|account|tenant|org|organi[sz]ation|owner|team|customer|workspace|member|author|created_?by)(_?(id|name|email))?$/i;
const TIMED = /(_at|At|_on|date|time|timestamp)$/;

/** @param routes all of the Worker; those of signing in are none of a resource */
export function resourcesOf(
  routes: readonly FoundRoute[],
  tables: readonly DatabaseTable[],
  hints: Hints,
): DraftResources {
  const found = grouped(routes);
  const left: string[] = [];
  const names = found.map(({ name }) => name);
  const resources = found.flatMap((each): DraftResource[] => {
    const { name, byKind } = each;
    const kinds = KINDS_OF_ROUTES.filter((kind) => byKind.has(kind));
    if (!byKind.has('read') || !(byKind.has('create') || byKind.has('put'))) {
      left.push(`${name} is left out: a check needs a route that reads one document, and one that makes it.`);
      return [];
    }
    const table = tables.find((one) => singular(one.name) === singular(name));
    const foreign = table?.references.find((reference) =>
      names.some((other) => other !== name && singular(other) === singular(reference.table)),
    );
    if (foreign) {
      left.push(
        `${name} is left out: its ${foreign.column} must be a row of ${foreign.table}, and a check makes documents one by one.`,
      );
      return [];
    }
    return [resource(each, kinds, table, names, hints)];
  });
  return { resources, left };
}

interface Grouped {
  readonly name: string;
  readonly base: string;
  readonly byKind: ReadonlyMap<Kind, FoundRoute>;
}

const KIND_AT = {
  one: { GET: 'read', PUT: 'put', PATCH: 'patch', DELETE: 'delete' },
  all: { GET: 'list', POST: 'create' },
} as const satisfies Record<string, Readonly<Record<string, Kind>>>;

/** Routes at `/base/name` and `/base/name/:id`. */
function grouped(routes: readonly FoundRoute[]): readonly Grouped[] {
  const found = new Map<string, Grouped & { byKind: Map<Kind, FoundRoute> }>();
  for (const route of routes) {
    const [, base = '', name = '', id] =
      /^((?:\/[\w-]+)*?)\/([a-z][\w-]*)(?:\/:(\w+)(?:\{.+\})?)?\/?$/i.exec(route.path) ?? [];
    if (name === '') continue;
    const at: Readonly<Record<string, Kind>> = KIND_AT[id === undefined ? 'all' : 'one'];
    const kind = at[route.method];
    if (kind === undefined) continue;
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
  const key = columns.filter(({ isKey, name: column }) => isKey && !OWNER.test(column));
  const names = own.map((column) => column.name);
  // What is read of a parsed body may be the parser's own: its data, its success.
  const takes = (create?.takes ?? []).filter(
    (field) => columns.length === 0 || names.some((name) => plainOf(name) === plainOf(field)),
  );
  const shape = shapeFor(takes, names, hints);
  const idField = key.length === 1 ? (key[0]?.name ?? 'id') : 'id';
  const taken = (shape ? Object.keys(shape) : takes.length > 0 ? takes : names).filter(
    (field) => plainOf(field) !== plainOf(idField),
  );
  const document = Object.fromEntries(
    taken.map((field) => [field, codeOf(shape?.[field], columnOf(field)?.type)]),
  );
  const words = taken.filter((field) => document[field] === 'word');
  // One is left for the word that a check looks for.
  const indexed = (list?.queries ?? []).filter((field) => words.includes(field)).slice(0, words.length - 1);
  const childField = taken.find((field) =>
    resources.some((other) => other !== name && plainOf(field) === `${singular(other)}id`),
  );
  const parent = resources.find(
    (other) => childField !== undefined && plainOf(childField) === `${singular(other)}id`,
  );
  const [given = []] = list?.gives ?? [];
  const next = given.find((member) => /^(next|cursor|nextCursor|next_cursor)$/.test(member));
  const parameter = list?.queries.find((each) => /^(cursor|after|page|next)$/.test(each));
  return {
    ...{ name, base, kinds, document, table: table?.name },
    indexed,
    ids:
      byKind.has('create') && !create?.takes.some((field) => plainOf(field) === plainOf(idField))
        ? 'server'
        : 'client',
    owner: columns.find((column) => OWNER.test(column.name))?.name,
    parent:
      parent !== undefined && childField !== undefined && indexed.includes(childField)
        ? { resource: parent, field: childField }
        : undefined,
    items:
      given.find((member) => plainOf(member) === plainOf(name)) ?? given.find((member) => member !== next),
    page: next !== undefined && parameter !== undefined ? { next, parameter } : undefined,
    id: idField,
  };
}

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

function codeOf(kind: Hints['shapes'][number][string] | undefined, type = ''): string {
  if (typeof kind === 'object') return `'${kind.oneOf}'`;
  if (kind === 'boolean' || /BOOL/.test(type)) return 'true';
  if (kind === 'number' || (kind === undefined && /INT|REAL|NUM|FLOA|DOUB/.test(type))) return '1';
  return 'word';
}
