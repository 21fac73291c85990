import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DataPlaneOptions } from './data-plane/options.ts';
import { type Server, startServer } from './server.ts';
import { type DeploymentConfig, workerdConfig } from './workerd-config.ts';

const DATA_PLANE = join(import.meta.dirname, 'data-plane', 'entry.ts');

/** The binary itself, not `workerd/bin`: without install scripts that is a shim which starts a second process. */
const WORKERD: string = createRequire(import.meta.url)('workerd').default;

/** What the Worker verifies and seals with; never written to disk. */
export interface Secrets {
  readonly jwtSecret: string;
  readonly sealSecret: string;
}

/** Starts the data plane; its sockets are called `d1/<database id>` and `kv`. */
export function launchDataPlane(options: DataPlaneOptions, stateDir: string): Promise<Server> {
  return startServer({
    name: 'data-plane',
    command: process.execPath,
    // Node runs TypeScript by itself; a loader would start once more in every database's thread.
    args: [DATA_PLANE, JSON.stringify(options)],
    env: {},
    logFile: join(stateDir, 'data-plane.log'),
    sockets: [...options.databases.map(({ id }) => `d1/${id}`), ...(options.kv ? ['kv'] : [])],
  });
}

/** Starts one deployment in a workerd of its own; its sockets are called by their PoP. */
export function launchWorker(
  name: string,
  config: DeploymentConfig,
  secrets: Secrets,
  stateDir: string,
): Promise<Server> {
  const configFile = join(stateDir, `worker-${name}.capnp`);
  writeFileSync(configFile, workerdConfig(config));
  return startServer({
    name: `worker-${name}`,
    command: WORKERD,
    args: ['serve', configFile, '--control-fd=3'],
    env: { JWT_SECRET: secrets.jwtSecret, SEAL_SECRET: secrets.sealSecret },
    logFile: join(stateDir, `worker-${name}.log`),
    sockets: [...config.ports.keys()],
  });
}
