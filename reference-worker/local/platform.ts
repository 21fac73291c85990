import type { BehaviourInput } from './behaviour/index.ts';
import { ACCOUNTS_DATABASE, CACHE_NAMESPACE, prepareState } from './state.ts';
import type { Topology } from './topology.ts';
import { type Platform, startWorkers } from './workers.ts';

export type { Deployment, Platform, PlatformFailure, PlatformProcess } from './workers.ts';

/** What the Worker verifies and seals with; never written to disk. */
export interface Secrets {
  readonly jwtSecret: string;
  readonly sealSecret: string;
}

export interface PlatformOptions {
  readonly topology: Topology;
  /** Holds the databases, the logs and what workerd reads; one platform at a time. */
  readonly stateDir: string;
  /** Whether the Worker gets its optional KV binding (A10). */
  readonly kvCache: boolean;
  readonly secrets: Secrets;
  /** How D1 and KV behave; `instant`, without lag and faults, unless told otherwise. */
  readonly behaviour?: BehaviourInput | undefined;
  /** The Worker's source file; the reference Worker unless told otherwise. */
  readonly entry?: string | undefined;
  /** The first of consecutive ports, one for each deployment and PoP; free ones unless told otherwise. */
  readonly port?: number | undefined;
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
  ...options
}: PlatformOptions): Promise<Platform> {
  return startWorkers({
    ...options,
    prepare: () => prepareState(topology, options.stateDir),
    workers: topology.deployments.map(({ name, shardIds }) => {
      const shards = topology.shards.filter(({ id }) => shardIds.includes(id));
      return {
        name,
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
