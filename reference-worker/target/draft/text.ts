import { type PageOptions, PROMISE_NAMES, PROMISES, type PromiseName } from '../system/index.ts';
import type { DraftAccounts } from './accounts.ts';
import type { DraftLoad } from './load.ts';
import { type DraftResource, KINDS_OF_ROUTES, namesAnother } from './resources.ts';

/** All that could be told of a Worker. */
export interface Draft {
  readonly name: string;
  /** Its wrangler configuration, from the folder of the description. */
  readonly config: string;
  readonly accounts: DraftAccounts;
  readonly environment: string | undefined;
  readonly resources: readonly DraftResource[];
  readonly bookmarkHeader: string | undefined;
  readonly bookmarkCookie: string | undefined;
  readonly promises: readonly PromiseName[];
  readonly load: DraftLoad | undefined;
  /** What a person must decide, a sentence each. */
  readonly decisions: readonly string[];
}

/** Beside the description: threads load it, and nothing else of that. */
export const DATA_FILE = 'shardproof.data.ts';

/** A description as a file: what could be told as code, what a person must decide as comments with TODO in them. */
export function describedAs(draft: Draft): string {
  const { name, config, environment, accounts, resources, promises, decisions, load } = draft;
  const { imports, open, identify, uses } = accounts;
  const base = commonBase(resources);
  const here = resources.filter((resource) => resource.base === base);
  const without = KINDS_OF_ROUTES.filter((kind) => !here.some(({ kinds }) => kinds.includes(kind)));
  const [packages, constants] = [
    imports.filter((line) => line.startsWith('import')),
    imports.filter((line) => !line.startsWith('import')),
  ];
  const vars = constants.map((line) => /const (\w+)/.exec(line)?.[1] ?? '');
  const worker = [
    `config: '${config}'`,
    ...(environment === undefined ? [] : [`environment: '${environment}'`]),
    ...(vars.length > 0 ? [`vars: { ${vars.join(', ')} }`] : []),
  ];
  const hands = ['http', 'sql', 'kv'].filter((hand) =>
    open.some((line) => new RegExp(`\\b${hand}\\(`).test(line)),
  );
  const parameters = ['name', ...(hands.length > 0 ? [`{ ${hands.join(', ')} }`] : [])].join(', ');
  const forms = resources.some(({ unusual }) =>
    Object.values(unusual).some((code) => code.startsWith('form(')),
  );
  const used = [
    ...uses,
    'defineSystem',
    ...(resources.some(({ document }) => Object.values(document).some(namesAnother)) ? ['existingId'] : []),
    ...(forms ? ['form'] : []),
    ...(load ? ['Journey'] : []),
    'rest',
    ...(load ? ['sameForAll', 'within'] : []),
  ];
  const [first] = here;
  const page = here.every(({ page: each }) => JSON.stringify(each) === JSON.stringify(first?.page))
    ? first?.page
    : undefined;
  return [
    `import { ${used.join(', ')} } from 'shardproof';`,
    ...packages,
    '',
    ...decisions.map((decision) => `// TODO ${decision}`),
    ...constants,
    ...(load
      ? [
          '/** What people do, for capacity and compare. */',
          'const journey = Journey.parse({',
          ...load.journey,
          '});',
          '',
        ]
      : []),
    'export default defineSystem({',
    `  name: '${name}',`,
    `  worker: { ${worker.join(', ')} },`,
    ...(load
      ? [
          '  journey,',
          "  objectives: sameForAll(journey, within(300, 'A guess: what people call quick.')),",
          `  data: new URL('./${DATA_FILE}', import.meta.url),`,
        ]
      : []),
    '  accounts: {',
    `    async open(${parameters}) {`,
    ...open.map((line) => `      ${line}`),
    '    },',
    '  },',
    `  request: { identify${identify === 'identify' ? '' : `: ${identify}`}${positionOf(draft)} },`,
    '  ...rest({',
    `    path: '${base}/:resource',`,
    ...(without.length > 0 ? [`    without: [${quoted(without)}],`] : []),
    ...(first && first.id !== 'id' ? [`    id: '${first.id}',`] : []),
    ...itemsOf(here),
    ...(first?.envelope === undefined ? [] : [`    document: '${first.envelope}',`]),
    ...(page ? [`    page: { ${pageCode(page)} },`] : []),
    '  }),',
    '  resources: {',
    ...resources.flatMap((resource) => describedResource(resource, base, without)),
    '  },',
    '  // What your Worker claims. What is not claimed is not judged: take the slashes off what it does.',
    '  promises: [',
    ...PROMISE_NAMES.flatMap((promise) => [
      `    ${promises.includes(promise) ? '' : '// '}'${promise}', // ${PROMISES[promise]}`,
    ]),
    '  ],',
    '});',
    '',
  ].join('\n');
}

const pageCode = ({ next, parameter, limit }: PageOptions): string =>
  Object.entries({ next, parameter, limit })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: '${value}'`]))
    .join(', ');

function positionOf({ bookmarkHeader, bookmarkCookie }: Draft): string {
  if (bookmarkHeader !== undefined) return `, bookmarkHeader: '${bookmarkHeader}'`;
  return bookmarkCookie === undefined ? '' : `, bookmarkCookie: '${bookmarkCookie}'`;
}

function commonBase(resources: readonly DraftResource[]): string {
  const [[base = ''] = []] = [...Map.groupBy(resources, (resource) => resource.base)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  return base;
}

/** A list is a member of its answer: of one name, or of the resource's own. */
function itemsOf(resources: readonly DraftResource[]): string[] {
  const listed = resources.filter(({ kinds }) => kinds.includes('list'));
  const [first] = listed;
  if (first?.items === undefined) return [];
  if (listed.every(({ items }) => items === first.items) && first.items !== first.name)
    return [`    items: '${first.items}',`];
  return [`    items: ${first.items === first.name ? "':resource'" : `'${first.items}'`},`];
}

function describedResource(
  { name, base, kinds, ids, indexed, unique, document, parent, table, owner, unusual }: DraftResource,
  common: string,
  without: readonly string[],
): string[] {
  const own = KINDS_OF_ROUTES.flatMap((kind) => {
    const code = unusual[kind];
    if (code !== undefined) return [`${kind}: ${code}`];
    if (base !== common && kinds.includes(kind)) return [`${kind}: ${ownRoute(kind, `${base}/${name}`)}`];
    return kinds.includes(kind) || without.includes(kind) ? [] : [`${kind}: false`];
  });
  const fields = Object.entries(document).map(([field, value]) => `${field}: ${value}`);
  return [
    `    // ${table === undefined ? 'No table of this name was found.' : `Table ${table}${owner === undefined ? ', in which no column says whose a row is.' : `; ${owner} says whose a row is.`}`}`,
    `    ${key(name)}: {`,
    ...(ids === 'server' ? ["      ids: 'server',"] : []),
    ...(indexed.length > 0 ? [`      indexed: [${quoted(indexed)}],`] : []),
    ...(unique === undefined ? [] : [`      unique: '${unique}',`]),
    ...(parent ? [`      parent: { resource: '${parent.resource}', field: '${parent.field}' },`] : []),
    `      document: (word) => ({ ${fields.join(', ')} }),`,
    ...(own.length > 0 ? [`      routes: { ${own.join(', ')} },`] : []),
    '    },',
  ];
}

const METHOD = {
  read: 'GET',
  list: 'GET',
  create: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
} as const;

function ownRoute(kind: keyof typeof METHOD, path: string): string {
  const at = kind === 'list' || kind === 'create' ? path : `${path}/:id`;
  const body = ['create', 'put', 'patch'].includes(kind) ? ', json: ({ body }) => body' : '';
  return `{ method: '${METHOD[kind]}', path: '${at}'${body} }`;
}

const key = (name: string): string => (/^[a-z_$][\w$]*$/i.test(name) ? name : `'${name}'`);
const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
