import type { BehaviourInput } from './behaviour/index.ts';
import { type ResolvedWorker, resolveWorker, type WorkerFiles } from './resolve-worker.ts';
import { prepareDatabase } from './state.ts';
import { type Platform, startWorkers } from './workers.ts';

export interface WorkerOptions extends WorkerFiles {
  /** Holds the databases and the logs. A database that is there is used as it is; migrations that are new to it are applied. */
  readonly stateDir: string;
  /** How D1 and KV behave; `instant`, without lag and faults, unless told otherwise. */
  readonly behaviour?: BehaviourInput | undefined;
  /** The first of three consecutive ports, for LHR, MAN and EDI; free ones unless told otherwise. */
  readonly port?: number | undefined;
}

/**
 * Runs any Worker, unchanged, on real workerd in front of a D1 with lagging replicas and a KV that can be stale. See
 * the README beside this file.
 *
 * @throws PlatformError, after which nothing is left running; SQLite's error for SQL that it refuses; ZodError for a
 *   behaviour that is not one
 */
export async function startWorker({ stateDir, behaviour, port, ...files }: WorkerOptions): Promise<Platform> {
  return startResolved([await resolveWorker(files)], { stateDir, behaviour, port });
}

/** The same for Workers whose configurations have been read, each a deployment. @throws as `startWorker` does */
export const startResolved = (
  workers: readonly ResolvedWorker[],
  { stateDir, behaviour, port }: Pick<WorkerOptions, 'stateDir' | 'behaviour' | 'port'>,
): Promise<Platform> =>
  startWorkers({
    ...{ stateDir, behaviour, port },
    prepare: () =>
      workers.flatMap(({ schemas }) =>
        [...schemas].map(([id, bringUpToDate]) => prepareDatabase(stateDir, id, bringUpToDate)),
      ),
    workers: workers.map(({ spec }) => spec),
  });
