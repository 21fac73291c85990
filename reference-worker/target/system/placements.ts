import { badOption } from '../../../reports/command/index.ts';
import type { Aims, BehaviourInput, Platform } from '../../local/index.ts';
import type { Topology } from './topology.ts';

/** Where the accounts of a system can be: what a load is put on, and what placements are compared. */
export interface Placements {
  /** The account that a load is of; it is in every topology. */
  readonly underTest: string;
  /** By name; the first unless told otherwise. `shared` and `dedicated` can be compared. */
  readonly topologies: Readonly<Record<string, Topology>>;
  /** How the Worker's code knows a shard of any name; absent where its shards are those of the topologies. */
  readonly bindingOf?: (shardId: string) => string;
  /** Whether the Worker has KV: as `--kv` says, or as its bindings have it. */
  readonly kvCache: 'optional' | 'always' | 'never';
  /** What faults can be planned for: the databases and namespaces of the platform that `start` starts. */
  aims(topology: Topology, kvCache: boolean): Aims;
  /** Starts the system on databases that hold its documents already. */
  start(options: PlacementOptions): Promise<Placed>;
}

export interface PlacementOptions {
  readonly topology: Topology;
  /** Holds a database for each shard of the topology, the logs and what workerd reads; one platform at a time. */
  readonly stateDir: string;
  /** Whether the Worker gets its KV binding, where that is optional. */
  readonly kvCache: boolean;
  /** How D1 and KV behave; `instant`, without lag and faults, unless told otherwise. */
  readonly behaviour?: BehaviourInput | undefined;
  /** The source file of another Worker that is bound as the system's own is. */
  readonly entry?: string | undefined;
  /** The first of consecutive ports, one for each deployment and PoP; free ones unless told otherwise. */
  readonly port?: number | undefined;
}

/** A system that runs in one of its placements. */
export interface Placed {
  readonly platform: Platform;
  /** With which the users of the load sign their tokens; absent where they come with that of `tokenOf`. */
  readonly jwtSecret?: string;
  /**
   * @param account of the topology
   * @param user of the account, from 0
   * @param member its name, where the account stands for many
   */
  tokenOf(account: string, user: number, member?: string): Promise<string>;
}

/** What --topology names: the topology of that name, or the first. @throws CommandError `bad_option` */
export function topologyNamed({ topologies }: Placements, name?: string): Topology {
  const topology = name === undefined ? Object.values(topologies)[0] : topologies[name];
  if (topology) return topology;
  throw badOption(
    'topology',
    `there is no placement ${name}; choose one of ${Object.keys(topologies).join(', ')}`,
  );
}

/** Whether the Worker has KV when --kv was given or not. @throws CommandError `bad_option` where there is none to switch on */
export function kvCacheOf({ kvCache }: Placements, asked: boolean): boolean {
  if (asked && kvCache === 'never')
    throw badOption('kv', 'this system has KV as its bindings say, and no cache that could be left out');
  return asked || kvCache === 'always';
}
