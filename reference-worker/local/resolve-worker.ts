import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { PlatformError } from './errors.ts';
import type { UpstreamSpec } from './upstream/index.ts';
import type { WorkerSpec } from './worker-spec.ts';
import {
  assertSupported,
  type Bound,
  type BoundDatabase,
  migrate,
  readWrangler,
  type WranglerWorker,
  workerCalled,
} from './wrangler/index.ts';

/** What a Worker is and what it is bound to: as its wrangler configuration says, with what is given beside it. */
export interface WorkerFiles {
  /** The path of its wrangler configuration. */
  readonly config?: string;
  /** The environment of that file; its top level unless told otherwise. */
  readonly environment?: string;
  /** Its source file, instead of the one that `config` names. */
  readonly entry?: string;
  /** D1 databases, by binding: the SQL that makes an empty one ready, instead of the migrations that `config` names. */
  readonly databases?: Readonly<Record<string, string>>;
  /** Bindings of KV namespaces. */
  readonly namespaces?: readonly string[];
  readonly vars?: Readonly<Record<string, unknown>>;
  /** APIs that it calls, by the variable in which it finds their address: what stands in for them here. */
  readonly upstreams?: Readonly<Record<string, UpstreamSpec>>;
  /** The Workers that its service bindings and Durable Objects lead to. */
  readonly beside?: readonly { readonly config: string; readonly environment?: string }[];
}

/** What brings a database up to date. */
type Schema = (database: DatabaseSync) => void;

/** A Worker that could be started. Its databases and namespaces are called by their (first) bindings. */
export interface ResolvedWorker {
  readonly spec: WorkerSpec;
  readonly schemas: ReadonlyMap<string, Schema>;
}

/** The Worker that answers requests, whatever its configuration calls it. */
const MAIN = 'worker';

/**
 * What `startWorker` would start.
 *
 * @throws PlatformError for a configuration that cannot be read or run here, with everything that it lacks
 */
export async function resolveWorker({ config, environment, ...given }: WorkerFiles): Promise<ResolvedWorker> {
  const { databases = {}, namespaces = [], vars = {}, upstreams = {} } = given;
  const configured = config === undefined ? undefined : await readWrangler(config, environment);
  const beside: WranglerWorker[] = [];
  for (const other of given.beside ?? []) beside.push(await readWrangler(other.config, other.environment));
  const workers = [...(configured ? [configured] : []), ...beside];
  assertSupported(workers);
  const names = namesOf(configured, beside);
  const idOf = { database: namer(Object.keys(databases)), namespace: namer(namespaces), bucket: namer([]) };
  const specs = workers.map((worker) => ({ worker, spec: specOf(worker, { workers, names, idOf }) }));
  const schemas = new Map<string, Schema>([
    ...schemasOf(specs),
    ...Object.entries(databases).map(
      ([binding, sql]) => [binding, (database: DatabaseSync) => createSchema(database, sql)] as const,
    ),
  ]);
  const all = specs.map(({ spec }) => spec);
  const [main, others] = configured ? [all[0], all.slice(1)] : [undefined, all];
  const entry = given.entry ?? main?.source?.entry;
  if (entry === undefined)
    throw new PlatformError(
      'bad_configuration',
      'the Worker has no entry and no configuration; give one of them.',
    );
  return {
    schemas,
    spec: {
      ...main,
      name: MAIN,
      source: { entry, configured: configured?.build },
      databases: { ...byThemselves(Object.keys(databases)), ...main?.databases },
      namespaces: { ...byThemselves(namespaces), ...main?.namespaces },
      vars: { ...main?.vars, ...vars },
      secrets: without(main?.secrets ?? {}, Object.keys(vars)),
      upstreams,
      beside: others,
    },
  };
}

/**
 * The same Worker once more, as another deployment: with databases, namespaces and buckets of its own, whose names end in that of the
 * deployment.
 */
export function deployedAs(name: string, { spec, schemas }: ResolvedWorker): ResolvedWorker {
  const apart = (bound: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(bound).map(([binding, id]) => [binding, `${id}-${name}`]));
  const withOwn = (each: WorkerSpec): WorkerSpec => ({
    ...each,
    databases: apart(each.databases),
    namespaces: apart(each.namespaces),
    buckets: apart(each.buckets),
    ...(each.beside && { beside: each.beside.map(withOwn) }),
  });
  return {
    spec: { ...withOwn(spec), name },
    schemas: new Map([...schemas].map(([id, schema]) => [`${id}-${name}`, schema])),
  };
}

/**
 * For each environment of a configuration a deployment of its name. What two of them are bound
 * to by the same id is one thing here too, as it would be deployed.
 *
 * @param config the path of the wrangler configuration
 * @param environments by name: vars, secrets too, beside those of the configuration
 * @param entry source of another Worker that is bound as that of the configuration is
 * @throws PlatformError as `resolveWorker` does
 */
export async function resolveEnvironments(
  config: string,
  environments: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  entry?: string,
): Promise<ResolvedWorker[]> {
  const workers: WranglerWorker[] = [];
  for (const environment of Object.keys(environments)) workers.push(await readWrangler(config, environment));
  assertSupported(workers);
  const names = new Map(workers.map((worker, at) => [worker, Object.keys(environments)[at] ?? worker.name]));
  const idOf = { database: namer(), namespace: namer(), bucket: namer() };
  const known = new Set<string>();
  return workers.map((worker) => {
    const spec = specOf(worker, { workers, names, idOf });
    const vars = environments[spec.name] ?? {};
    // A database that two of them share is made ready once.
    const schemas = [...schemasOf([{ worker, spec }])].filter(([id]) => !known.has(id));
    for (const [id] of schemas) known.add(id);
    return {
      spec: {
        ...spec,
        ...(entry !== undefined && { source: { ...spec.source, entry } }),
        vars: { ...spec.vars, ...vars },
        secrets: without(spec.secrets, Object.keys(vars)),
      },
      schemas: new Map(schemas),
    };
  });
}

interface Resolution {
  readonly workers: readonly WranglerWorker[];
  readonly names: ReadonlyMap<WranglerWorker, string>;
  /** What a binding of a Worker is called on the platform. */
  readonly idOf: Readonly<
    Record<'database' | 'namespace' | 'bucket', (bound: Bound, worker: string) => string>
  >;
}

/** @throws PlatformError `bad_configuration` for a configuration without a main module */
function specOf(worker: WranglerWorker, { workers, names, idOf }: Resolution): WorkerSpec {
  const name = names.get(worker) ?? worker.name;
  const called = (script: string): string => {
    const other = workerCalled(script, workers);
    return (other && names.get(other)) ?? script;
  };
  if (worker.main === undefined)
    throw new PlatformError('bad_configuration', `${worker.file} has no main module: name it as main.`);
  return {
    name,
    source: { entry: worker.main, configured: worker.build },
    databases: Object.fromEntries(
      worker.databases.map((bound) => [bound.binding, idOf.database(bound, name)]),
    ),
    namespaces: Object.fromEntries(
      worker.namespaces.map((bound) => [bound.binding, idOf.namespace(bound, name)]),
    ),
    buckets: Object.fromEntries(worker.buckets.map((bound) => [bound.binding, idOf.bucket(bound, name)])),
    vars: worker.vars,
    secrets: worker.secrets,
    compatibility: worker.compatibility,
    workersCache: worker.workersCache,
    rateLimits: worker.rateLimits,
    assets: worker.assets,
    services: worker.services.map((service) => ({ ...service, script: called(service.script) })),
    objects: worker.objects.map((objects) => ({ ...objects, script: called(objects.script) })),
    classes: worker.classes,
    crons: worker.crons,
  };
}

/** What each Worker is called here; no two alike. */
function namesOf(
  main: WranglerWorker | undefined,
  beside: readonly WranglerWorker[],
): Map<WranglerWorker, string> {
  const names = new Map<WranglerWorker, string>();
  if (main) names.set(main, MAIN);
  for (const worker of beside)
    names.set(
      worker,
      [MAIN, ...names.values()].includes(worker.name) ? `${worker.name}-${names.size}` : worker.name,
    );
  return names;
}

/** The first Worker that is bound to a database says which migrations it has. */
function schemasOf(
  specs: readonly { readonly worker: WranglerWorker; readonly spec: WorkerSpec }[],
): Map<string, Schema> {
  const schemas = new Map<string, Schema>();
  for (const { worker, spec } of specs)
    for (const database of worker.databases) {
      const id = spec.databases[database.binding] ?? database.binding;
      if (!schemas.has(id)) schemas.set(id, migrationsOf(database, worker));
    }
  return schemas;
}

/**
 * Names what bindings lead to: by the first binding that does, with its Worker where another thing has that name already.
 *
 * @param taken names that lead to themselves; undefined: every name has its Worker in it
 */
function namer(taken?: readonly string[]): (bound: Bound, worker: string) => string {
  const names = new Map<string, string>();
  return ({ binding, id }, worker) => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const isFree = taken && (worker === MAIN || ![...names.values(), ...taken].includes(binding));
    const name = isFree ? binding : `${worker}-${binding}`;
    names.set(id, name);
    return name;
  };
}

const byThemselves = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));

const without = (secrets: Readonly<Record<string, string>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(secrets).filter(([name]) => !names.includes(name)));

/** @throws PlatformError `bad_configuration` where the migrations of a database are not there */
function migrationsOf({ binding, migrations }: BoundDatabase, { file }: WranglerWorker): Schema {
  if (!existsSync(migrations.folder))
    throw new PlatformError(
      'bad_configuration',
      `there is no folder ${migrations.folder} with the migrations of ${binding}: name it as migrations_dir in ` +
        `${file}, or give the SQL that makes the database ready as databases.${binding}.`,
    );
  return (database) => {
    if (hasTables(database) && !isMigrated(database, migrations.table)) return;
    migrate(database, migrations);
  };
}

/** What a schema has made; the tables that D1 keeps for itself are in every database that was ever opened. */
const OWN_TABLES = "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'";

const hasTables = (database: DatabaseSync): boolean =>
  Object.values(database.prepare(OWN_TABLES).get() ?? {})[0] !== 0;

const isMigrated = (database: DatabaseSync, table: string): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table) !== undefined;

/** The whole schema or nothing, where there is none yet: half of one would be taken for it at the next start. */
function createSchema(database: DatabaseSync, schema: string): void {
  if (hasTables(database)) return;
  database.exec('BEGIN');
  database.exec(schema);
  database.exec('COMMIT');
}
