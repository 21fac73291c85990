import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { DataPlaneOptions } from './data-plane/index.ts';
import { type RowCounter, startRowCounter } from './row-counts/index.ts';
import { type Server, startServer } from './server.ts';
import type { DatabaseFile } from './state.ts';
import {
  BUCKET_FILES,
  bucketsConfig,
  copiesIn,
  type DeploymentConfig,
  embeddedIn,
  needsExperimental,
  simulatorFile,
  socketsOf,
  workerdConfig,
} from './workerd/index.ts';

const DATA_PLANE = fileURLToPath(new URL('./data-plane/entry.ts', import.meta.url));

/** Node's own default place for it. Without the cache, every thread strips the same types again. */
const COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');

/** The binary itself, not `workerd/bin`: without install scripts that is a shim which starts a second process. */
const WORKERD: string = createRequire(import.meta.url)('workerd').default;

/**
 * This Node, or the newer one that was installed beside this package: node:sqlite can refuse statements, as D1 does, from 24.10 on
 * (nodejs.org/api/sqlite.html#databasesetauthorizercallback), and a suite may run on an older one.
 */
const ownNode = (): string =>
  'setAuthorizer' in DatabaseSync.prototype
    ? process.execPath
    : join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');

/** Starts the data plane; its sockets are called `d1/<database id>`, `kv/<namespace id>`, `upstream/<name>`, `r2/<name>`, `cache`, `limits` and `control`. */
export function launchDataPlane(options: DataPlaneOptions, stateDir: string): Promise<Server> {
  const databases = options.databases.map(({ id }) => `d1/${id}`);
  const namespaces = options.namespaces.map((id) => `kv/${id}`);
  const upstreams = Object.keys(options.upstreams).map((name) => `upstream/${name}`);
  const buckets = Object.keys(options.buckets).map((name) => `r2/${name}`);
  return startServer({
    name: 'data-plane',
    command: ownNode(),
    // Node runs TypeScript by itself; a loader would start once more in every database's thread.
    args: [DATA_PLANE, JSON.stringify(options)],
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE },
    logFile: join(stateDir, 'data-plane.log'),
    sockets: [...databases, ...namespaces, ...upstreams, ...buckets, 'cache', 'limits', 'control'],
  });
}

/**
 * Starts one deployment in a workerd of its own; its sockets are called by their PoP, and its control sockets.
 *
 * @param secrets by the variables that the configuration names: the values of secrets; never written to disk
 */
export function launchWorker(
  config: DeploymentConfig,
  secrets: Readonly<Record<string, string>>,
  stateDir: string,
): Promise<Server> {
  const { name } = config;
  const configFile = join(stateDir, `worker-${name}.capnp`);
  mkdirSync(config.objectsDir, { recursive: true });
  placeSimulators(embeddedIn(config), stateDir);
  writeFileSync(configFile, workerdConfig(config));
  return startServer({
    name: `worker-${name}`,
    command: WORKERD,
    args: ['serve', configFile, '--control-fd=3', ...(needsExperimental(config) ? ['--experimental'] : [])],
    env: secrets,
    logFile: join(stateDir, `worker-${name}.log`),
    preparing: `compile ${copiesIn(config)} copies of a Worker of ${mebibytes(join(stateDir, config.scripts[0].bundle.file))} MiB`,
    sockets: socketsOf(config),
  });
}

/** Starts what counts rows; see `startRowCounter`. */
export const launchRowCounter = (databases: readonly DatabaseFile[], stateDir: string): Promise<RowCounter> =>
  startRowCounter(WORKERD, databases, stateDir);

/** Where miniflare keeps the Workers that its simulators are made of. */
const SIMULATORS = join(dirname(createRequire(import.meta.url).resolve('miniflare')), 'workers');

/** Puts files of miniflare beside the configuration that embeds them. */
function placeSimulators(files: readonly string[], stateDir: string): void {
  for (const file of files) copyFileSync(join(SIMULATORS, file), join(stateDir, simulatorFile(file)));
}

/**
 * Starts R2: miniflare's own simulator, a Durable Object for each bucket, in a workerd of its own with a socket for each, so that
 * several Workers may be bound to one bucket. Metadata is in SQLite and bodies are in files, all in the folder `buckets` of the state.
 *
 * It takes no modelled time, and is strongly consistent, as R2 is (developers.cloudflare.com/r2/reference/consistency).
 *
 * @param buckets their names; the sockets are called `r2/<name>`
 */
export function launchBuckets(buckets: readonly string[], stateDir: string): Promise<Server> {
  const storage = join(resolve(stateDir), 'buckets');
  mkdirSync(storage, { recursive: true });
  placeSimulators(BUCKET_FILES, stateDir);
  const configFile = join(stateDir, 'buckets.capnp');
  writeFileSync(configFile, bucketsConfig(buckets, storage));
  return startServer({
    name: 'buckets',
    command: WORKERD,
    args: ['serve', configFile, '--control-fd=3', '--experimental'],
    env: {},
    logFile: join(stateDir, 'buckets.log'),
    sockets: buckets.map((bucket) => `r2/${bucket}`),
  });
}

const mebibytes = (file: string): string => (statSync(file).size / 2 ** 20).toFixed(1);
