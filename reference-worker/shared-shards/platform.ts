import { join } from 'node:path';
import { type Aims, type Platform, startWorkers } from '../local/index.ts';
import type { PlacementOptions, Topology } from '../target/index.ts';
import { ACCOUNTS_DATABASE, prepareState } from './state.ts';

/** The source of the Worker. */
export const WORKER_ENTRY = join(import.meta.dirname, 'src', 'index.ts');
/** What the namespace of the KV cache is called on the platform. */
export const CACHE_NAMESPACE = 'cache';

/** What the Worker verifies and seals with; never written to disk. */
export interface Secrets {
  readonly jwtSecret: string;
  readonly sealSecret: string;
}

export interface PlatformOptions extends PlacementOptions {
  readonly secrets: Secrets;
}

/**
 * Runs the deployments of a topology on this machine: the account database, the shards, and one workerd for each
 * deployment, bound to its own shards only.
 *
 * @throws PlatformError, after which nothing is left running and nothing in `stateDir` is lost; ZodError for a behaviour
 *   that is not one
 */
export function startPlatform({
  topology,
  kvCache,
  secrets,
  entry = WORKER_ENTRY,
  ...options
}: PlatformOptions): Promise<Platform> {
  const source = { entry };
  return startWorkers({
    ...options,
    prepare: () => prepareState(topology, options.stateDir),
    workers: topology.deployments.map(({ name, shardIds }) => {
      const shards = topology.shards.filter(({ id }) => shardIds.includes(id));
      return {
        name,
        source,
        databases: {
          ACCOUNTS: ACCOUNTS_DATABASE,
          ...Object.fromEntries(shards.map(({ id, binding }) => [binding, id])),
        },
        namespaces: kvCache ? { CACHE: CACHE_NAMESPACE } : {},
        vars: { BASE_DOMAIN: 'localhost', EVIDENCE: 'on' },
        secrets: { JWT_SECRET: secrets.jwtSecret, SEAL_SECRET: secrets.sealSecret },
      };
    }),
  });
}

/** What the faults of a behaviour can be aimed at when this topology runs. */
export const aimsOf = ({ shards }: Topology, kvCache: boolean): Aims => ({
  databases: [ACCOUNTS_DATABASE, ...shards.map(({ id }) => id)],
  namespaces: kvCache ? [CACHE_NAMESPACE] : [],
});
