import type { DatabaseSync } from 'node:sqlite';
import type { BehaviourInput } from './behaviour/index.ts';
import { prepareDatabase } from './state.ts';
import { type Platform, startWorkers } from './workers.ts';

export interface WorkerOptions {
  /** The Worker's source file: anything that exports a `fetch` handler. */
  readonly entry: string;
  /** Holds the databases and the logs. A database that is there is used as it is. */
  readonly stateDir: string;
  /** D1 databases, by binding: the SQL that makes an empty one ready. */
  readonly databases?: Readonly<Record<string, string>>;
  /** Bindings of KV namespaces. */
  readonly namespaces?: readonly string[];
  readonly vars?: Readonly<Record<string, string>>;
  /** How D1 and KV behave; `instant`, without lag and faults, unless told otherwise. */
  readonly behaviour?: BehaviourInput | undefined;
  /** The first of three consecutive ports, for LHR, MAN and EDI; free ones unless told otherwise. */
  readonly port?: number;
}

/**
 * Runs any Worker, unchanged, on real workerd in front of a D1 with lagging replicas and a KV that can be stale. See
 * the README beside this file.
 *
 * @throws PlatformError, after which nothing is left running; SQLite's error for SQL that it refuses; ZodError for a
 *   behaviour that is not one
 */
export function startWorker({
  databases = {},
  namespaces = [],
  vars = {},
  ...options
}: WorkerOptions): Promise<Platform> {
  return startWorkers({
    ...options,
    prepare: () =>
      Object.entries(databases).map(([binding, schema]) =>
        prepareDatabase(options.stateDir, binding, (database) => createSchema(database, schema)),
      ),
    workers: [
      {
        name: 'worker',
        databases: Object.fromEntries(Object.keys(databases).map((binding) => [binding, binding])),
        namespaces: Object.fromEntries(namespaces.map((binding) => [binding, binding])),
        vars,
        secrets: {},
      },
    ],
  });
}

/** What a schema has made; the tables that D1 keeps for itself are in every database that was ever opened. */
const OWN_TABLES = "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'";

/** The whole schema or nothing, where there is none yet: half of one would be taken for it at the next start. */
function createSchema(database: DatabaseSync, schema: string): void {
  const [tables] = Object.values(database.prepare(OWN_TABLES).get() ?? {});
  if (tables !== 0) return;
  database.exec('BEGIN');
  database.exec(schema);
  database.exec('COMMIT');
}
