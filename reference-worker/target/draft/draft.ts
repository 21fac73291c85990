import { basename, dirname } from 'node:path';
import { readWrangler } from '../../local/index.ts';
import { type PromiseName, SystemError } from '../system/index.ts';
import { accountsOf, OF_POSITION } from './accounts.ts';
import { type Hints, hintsIn } from './hints.ts';
import { draftLoad } from './load.ts';
import { readOpenApi } from './openapi.ts';
import { OWNER, resourcesOf } from './resources.ts';
import { type FoundRoute, routesIn } from './routes.ts';
import { type DatabaseTable, tablesOf } from './schema.ts';
import { readSources } from './sources.ts';
import { DATA_FILE, describedAs } from './text.ts';

/** A description of a Worker, drafted from what lies beside its wrangler configuration. */
export interface DraftedDescription {
  /** The file, whole. */
  readonly text: string;
  /** The module beside it that makes documents; absent where none could be told. */
  readonly data?: { readonly file: string; readonly text: string };
  /** What was looked at, in words. */
  readonly read: readonly string[];
  /** What a person must decide, a sentence each. */
  readonly decisions: readonly string[];
}

/**
 * Drafts a description: bindings from the wrangler configuration, columns from the migrations, routes from an OpenAPI document or
 * from the sources.
 *
 * @param config the path of the wrangler configuration
 * @throws PlatformError for what cannot be read or run here; SystemError where no resource can be told, with what was found
 */
export async function draftDescription(config: string, environment?: string): Promise<DraftedDescription> {
  const { main, name } = await readWrangler(config, environment);
  const tables = await tablesOf({ config, ...(environment && { environment }) });
  const folder = dirname(config);
  const sources = main === undefined ? [] : readSources(main);
  const openApi = readOpenApi(folder);
  const document = openApi && 'routes' in openApi ? openApi : undefined;
  const shown = hintsIn(sources);
  const hints = { ...shown, shapes: [...(document?.shapes ?? []), ...shown.shapes] };
  const found = document?.routes ?? routesIn(sources);
  const told = resourcesOf(found, tables, hints);
  const isGuess = told.resources.length === 0;
  const routes = isGuess ? guessedRoutes(tables, hints) : found;
  const { resources } = isGuess ? resourcesOf(routes, tables, hints) : told;
  const read = [
    `${basename(config)}: ${name}`,
    `${tables.length} tables: ${tables.map((table) => table.name).join(', ')}`,
    `${found.length} routes, ${document ? `from ${document.file}` : `from ${sources.length} sources`}`,
  ];
  if (resources.length === 0)
    throw new SystemError(
      `No resource can be told from ${read.join('; ')}. ${told.left.join(' ')} ` +
        'Routes are found as app.get("/books/:id", ...) in what the main module imports, or in openapi.json or openapi.yaml beside the ' +
        'configuration. Describe the Worker by hand, as reference-worker/target/README.md shows.',
    );
  const accounts = accountsOf(routes, tables, hints);
  const bookmarkHeader = hints.headers.find((header) => OF_POSITION.test(header));
  const bookmarkCookie = hints.usesSessions
    ? hints.cookies.find((name) => OF_POSITION.test(name))
    : undefined;
  const carrier = bookmarkHeader ?? bookmarkCookie;
  const load = draftLoad(resources, tables, accounts);
  const decisions = [
    ...accounts.decisions,
    ...told.left,
    ...(openApi && 'unread' in openApi
      ? [
          `${openApi.unread} was not read: it is YAML, for which the package yaml must be there. npm i -D yaml, and call init again.`,
        ]
      : []),
    ...(isGuess
      ? [
          'routes: no router and no OpenAPI document names any, so that all paths are guesses from the tables. What the Worker said to ' +
            'each of them stands on the screen of init.',
        ]
      : []),
    ...furtherDecisions(hints, carrier),
    ...(load?.decisions ?? [
      'journey, objectives, data: no document can say whose it is, because none has a text of its own; without them nothing is seeded or loaded.',
    ]),
  ];
  const text = describedAs({
    ...{ name, accounts, resources, bookmarkHeader, bookmarkCookie, decisions, environment, load },
    config: basename(config),
    promises: promisesOf(hints, carrier),
  });
  return { text, read, decisions, ...(load && { data: { file: DATA_FILE, text: load.data } }) };
}

const SIGNS = /(sign-?up|register|sign-?in|log-?in)$/i;

/** As a Worker without a router may have them: documents of each table that has an owner, at a path of the sources where one ends so. */
function guessedRoutes(tables: readonly DatabaseTable[], { text, shapes }: Hints): readonly FoundRoute[] {
  const paths = [...text.matchAll(/['"`]((?:\/[\w-]+)+)/g)].map(([, path = '']) => path);
  const changes = ['PUT', 'PATCH', 'DELETE'].filter((method) =>
    new RegExp(`['"\`]${method}['"\`]`).test(text),
  );
  const route = (method: string, path: string, takes: readonly string[] = []): FoundRoute => ({
    ...{ method, path, takes, queries: [], gives: [], isForm: false },
  });
  const documents = tables.filter(({ columns }) => columns.some(({ name }) => OWNER.test(name)));
  const credentials = shapes.find((shape) => Object.keys(shape).some((field) => /^pass/i.test(field))) ?? {};
  return [
    ...documents.flatMap(({ name }) => {
      const list = paths.find((path) => path.endsWith(`/${name}`)) ?? `/${name}`;
      return [
        ...['GET', 'POST'].map((method) => route(method, list)),
        ...['GET', ...changes].map((method) => route(method, `${list}/:id`)),
      ];
    }),
    ...[...new Set(paths.filter((path) => SIGNS.test(path)))].map((path) =>
      route('POST', path, Object.keys(credentials)),
    ),
  ];
}

/** What nobody would do by accident. */
const promisesOf = (hints: Hints, carrier: string | undefined): readonly PromiseName[] => [
  ...(hints.usesSessions && carrier !== undefined ? (['sessions'] as const) : []),
  ...(hints.neverStores ? (['never-stored'] as const) : []),
];

const furtherDecisions = ({ usesSessions }: Hints, carrier: string | undefined): readonly string[] =>
  usesSessions && carrier === undefined
    ? [
        'request.bookmarkHeader: D1 sessions are used, and no header or cookie that carries a bookmark was found; without one a user is not kept from reading older data.',
      ]
    : [];
