import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataPlaneOptions } from './data-plane/index.ts';
import { type Server, startServer } from './server.ts';
import {
  copiesIn,
  type DeploymentConfig,
  needsExperimental,
  socketsOf,
  workerdConfig,
} from './workerd/index.ts';

const DATA_PLANE = fileURLToPath(new URL('./data-plane/entry.ts', import.meta.url));

/** Node's own default place for it. Without the cache, every thread strips the same types again. */
const COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');

/** The binary itself, not `workerd/bin`: without install scripts that is a shim which starts a second process. */
const WORKERD: string = createRequire(import.meta.url)('workerd').default;

/** Starts the data plane; its sockets are called `d1/<database id>`, `kv/<namespace id>`, `cache` and `control`. */
export function launchDataPlane(options: DataPlaneOptions, stateDir: string): Promise<Server> {
  const databases = options.databases.map(({ id }) => `d1/${id}`);
  const namespaces = options.namespaces.map((id) => `kv/${id}`);
  return startServer({
    name: 'data-plane',
    command: process.execPath,
    // Node runs TypeScript by itself; a loader would start once more in every database's thread.
    args: [DATA_PLANE, JSON.stringify(options)],
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE },
    logFile: join(stateDir, 'data-plane.log'),
    sockets: [...databases, ...namespaces, 'cache', 'control'],
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

const mebibytes = (file: string): string => (statSync(file).size / 2 ** 20).toFixed(1);
