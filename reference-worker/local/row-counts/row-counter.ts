import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { z } from 'zod';
import type { CountedRequest, RequestCount } from '../d1/index.ts';
import { type Server, startServer } from '../server.ts';
import type { DatabaseFile } from '../state.ts';
import { ROWS_MODULE, ROWS_SOCKET, ROWS_UNIQUE_KEY, rowCounterConfig } from '../workerd/index.ts';

const folderIn = (stateDir: string): string => join(resolve(stateDir), 'row-counter');

const Reply = z.array(
  z.union([
    z.object({
      counts: z.array(
        z.object({
          rowsRead: z.int(),
          rowsWritten: z.int(),
          rowsReturned: z.int(),
          rows: z.array(z.array(z.unknown())).optional(),
        }),
      ),
    }),
    z.object({ error: z.string() }),
  ]),
);

/** Counts rows on the databases of a running platform. */
export interface RowCounter {
  /** By database: what takes a list of `CountedRequest`. */
  readonly urls: ReadonlyMap<string, string>;
  /** Runs requests one after the other; what they write is rolled back. */
  count(database: string, requests: readonly CountedRequest[]): Promise<readonly RequestCount[]>;
  readonly server: Server;
}

/** Removes what a counter that was killed has left: links that would keep the disk from giving the files back. */
export const removeCounter = (stateDir: string): void =>
  rmSync(folderIn(stateDir), { recursive: true, force: true });

/**
 * Starts a workerd whose Durable Objects are opened on the files of D1 databases, while the data plane has them open.
 *
 * workerd looks for a file by a name of its own, and follows no symbolic link. A second name for the file, for its write-ahead
 * log and for its shared memory makes both processes see one database: SQLite finds the last two by the name of the first, and
 * locks the files and not their names (sqlite.org/wal.html). The data plane must be there longer: what is closed last removes
 * the log, under the one name that it knows.
 *
 * @param workerd the binary
 * @param databases whose files the data plane has opened
 * @throws PlatformError `start_failed`
 */
export async function startRowCounter(
  workerd: string,
  databases: readonly DatabaseFile[],
  stateDir: string,
): Promise<RowCounter> {
  removeCounter(stateDir);
  const folder = folderIn(stateDir);
  const files = join(folder, ROWS_UNIQUE_KEY);
  mkdirSync(files, { recursive: true });
  const source = readFileSync(join(import.meta.dirname, 'counter-object.ts'), 'utf8');
  writeFileSync(join(folder, ROWS_MODULE), transformSync(source, { loader: 'ts' }).code);
  const configFile = join(folder, 'row-counter.capnp');
  writeFileSync(configFile, rowCounterConfig(folder));
  const server = await startServer({
    name: 'row-counter',
    command: workerd,
    args: ['serve', configFile, '--control-fd=3'],
    env: {},
    logFile: join(stateDir, 'row-counter.log'),
    sockets: [ROWS_SOCKET],
  });
  const urlOf = (database: string): string =>
    `http://127.0.0.1:${server.portOf(ROWS_SOCKET)}/${encodeURIComponent(database)}`;
  for (const { id, file } of databases) {
    const name = await (await fetch(urlOf(id))).text();
    for (const part of ['', '-wal', '-shm']) linkSync(`${file}${part}`, join(files, `${name}.sqlite${part}`));
  }
  return {
    urls: new Map(databases.map(({ id }) => [id, urlOf(id)])),
    server,
    async count(database, requests) {
      const response = await fetch(urlOf(database), { method: 'POST', body: JSON.stringify(requests) });
      return Reply.parse(await response.json());
    },
  };
}
