import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { BehaviourInput } from './behaviour/index.ts';
import type { BundleSource } from './bundle/index.ts';
import { PlatformError } from './errors.ts';
import { prepareDatabase } from './state.ts';
import { type Platform, startWorkers, type WorkerSpec } from './workers.ts';
import {
  assertSupported,
  type Bound,
  type BoundDatabase,
  migrate,
  readWrangler,
  type WranglerWorker,
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
}

export interface WorkerOptions extends WorkerFiles {
  /** Holds the databases and the logs. A database that is there is used as it is; migrations that are new to it are applied. */
  readonly stateDir: string;
  /** How D1 and KV behave; `instant`, without lag and faults, unless told otherwise. */
  readonly behaviour?: BehaviourInput | undefined;
  /** The first of three consecutive ports, for LHR, MAN and EDI; free ones unless told otherwise. */
  readonly port?: number | undefined;
}

/** What brings a database up to date. */
type Schema = (database: DatabaseSync) => void;

/** A Worker that could be started. Its databases and namespaces are called by their (first) bindings. */
export interface ResolvedWorker {
  readonly source: BundleSource;
  readonly spec: WorkerSpec;
  readonly schemas: ReadonlyMap<string, Schema>;
}

/**
 * Runs any Worker, unchanged, on real workerd in front of a D1 with lagging replicas and a KV that can be stale. See
 * the README beside this file.
 *
 * @throws PlatformError, after which nothing is left running; SQLite's error for SQL that it refuses; ZodError for a
 *   behaviour that is not one
 */
export async function startWorker({ stateDir, behaviour, port, ...files }: WorkerOptions): Promise<Platform> {
  const { source, spec, schemas } = await resolveWorker(files);
  return startWorkers({
    ...{ stateDir, behaviour, port, entry: source },
    prepare: () => [...schemas].map(([id, bringUpToDate]) => prepareDatabase(stateDir, id, bringUpToDate)),
    workers: [spec],
  });
}

/**
 * What `startWorker` would start.
 *
 * @throws PlatformError for a configuration that cannot be read or run here, with everything that it lacks
 */
export async function resolveWorker(files: WorkerFiles): Promise<ResolvedWorker> {
  const { config, environment, databases = {}, namespaces = [], vars = {} } = files;
  const configured = config === undefined ? undefined : await readWrangler(config, environment);
  if (configured) assertSupported(configured);
  const entry = files.entry ?? configured?.main;
  if (entry === undefined)
    throw new PlatformError(
      'bad_configuration',
      `${config ?? 'the Worker'} has no main module: name its entry.`,
    );
  const bound = [...(configured?.databases ?? [])];
  const schemas = new Map<string, Schema>(
    Object.entries(databases).map(([binding, sql]) => [binding, (database) => createSchema(database, sql)]),
  );
  const databaseIds = new Map(idsOf(bound));
  for (const database of bound) {
    const id = databaseIds.get(database.binding) ?? database.binding;
    if (!schemas.has(id)) schemas.set(id, migrationsOf(database, configured));
  }
  return {
    source: { entry, configured: configured?.build },
    schemas,
    spec: {
      name: 'worker',
      databases: {
        ...Object.fromEntries(Object.keys(databases).map((binding) => [binding, binding])),
        ...Object.fromEntries(databaseIds),
      },
      namespaces: Object.fromEntries([
        ...namespaces.map((binding) => [binding, binding]),
        ...idsOf(configured?.namespaces ?? []),
      ]),
      vars: { ...configured?.vars, ...vars },
      secrets: Object.fromEntries(
        Object.entries(configured?.secrets ?? {}).filter(([name]) => !Object.hasOwn(vars, name)),
      ),
      ...(configured && { compatibility: configured.compatibility, workersCache: configured.workersCache }),
    },
  };
}

/** What each binding is called here: two that lead to the same thing share the name of the first. */
function idsOf(bound: readonly Bound[]): [binding: string, id: string][] {
  const first = new Map(bound.toReversed().map(({ binding, id }) => [id, binding]));
  return bound.map(({ binding, id }) => [binding, first.get(id) ?? binding]);
}

/** @throws PlatformError `bad_configuration` where the migrations of a database are not there */
function migrationsOf(
  { binding, migrations }: BoundDatabase,
  configured: WranglerWorker | undefined,
): Schema {
  if (!existsSync(migrations.folder))
    throw new PlatformError(
      'bad_configuration',
      `there is no folder ${migrations.folder} with the migrations of ${binding}: name it as migrations_dir in ` +
        `${configured?.file}, or give the SQL that makes the database ready as databases.${binding}.`,
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
