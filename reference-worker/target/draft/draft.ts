import { basename, dirname } from 'node:path';
import { readWrangler } from '../../local/index.ts';
import { type PromiseName, SystemError } from '../system/index.ts';
import { accountsOf } from './accounts.ts';
import { type Hints, hintsIn } from './hints.ts';
import { draftLoad } from './load.ts';
import { openApiRoutes, unreadDocument } from './openapi.ts';
import { resourcesOf } from './resources.ts';
import { routesIn } from './routes.ts';
import { tablesOf } from './schema.ts';
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
  const hints = hintsIn(sources);
  const document = openApiRoutes(folder);
  const routes = document?.routes ?? routesIn(sources);
  const { resources, left: leftOut } = resourcesOf(routes, tables, hints);
  const unread = unreadDocument(folder);
  const left = [
    ...leftOut,
    ...(unread === undefined
      ? []
      : [
          `${unread} was not read: an OpenAPI document is read as JSON; save it as openapi.json, and call init again.`,
        ]),
  ];
  const read = [
    `${basename(config)}: ${name}`,
    `${tables.length} tables: ${tables.map((table) => table.name).join(', ')}`,
    `${routes.length} routes, ${document ? `from ${document.file}` : `from ${sources.length} sources`}`,
  ];
  if (resources.length === 0)
    throw new SystemError(
      `No resource can be told from ${read.join('; ')}. ${left.join(' ')} ` +
        'Routes are found as app.get("/books/:id", ...) in what the main module imports, or in openapi.json beside the ' +
        'configuration. Describe the Worker by hand, as reference-worker/target/README.md shows.',
    );
  const accounts = accountsOf(routes, tables, hints);
  const bookmarkHeader = hints.headers.find((header) => /bookmark|position|d1-session/.test(header));
  const load = draftLoad(resources, tables, accounts);
  const decisions = [
    ...accounts.decisions,
    ...left,
    ...furtherDecisions(hints, bookmarkHeader),
    ...(load?.decisions ?? [
      'journey, objectives, data: no document can say whose it is, because none has a text of its own; without them nothing is seeded or loaded.',
    ]),
  ];
  const text = describedAs({
    ...{ name, accounts, resources, bookmarkHeader, decisions, environment, load },
    config: basename(config),
    promises: promisesOf(hints, bookmarkHeader),
  });
  return { text, read, decisions, ...(load && { data: { file: DATA_FILE, text: load.data } }) };
}

/** What nobody would do by accident. */
const promisesOf = (hints: Hints, bookmarkHeader: string | undefined): readonly PromiseName[] => [
  ...(hints.usesSessions && bookmarkHeader !== undefined ? (['sessions'] as const) : []),
  ...(hints.neverStores ? (['never-stored'] as const) : []),
];

const furtherDecisions = ({ usesSessions }: Hints, bookmarkHeader: string | undefined): readonly string[] =>
  usesSessions && bookmarkHeader === undefined
    ? [
        'request.bookmarkHeader: D1 sessions are used, and no header that carries a bookmark was found; without one a user is not kept from reading older data.',
      ]
    : [];
