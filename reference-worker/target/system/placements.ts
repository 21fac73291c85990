import { badOption } from '../../../reports/command/index.ts';
import type { Platform, PlatformOptions, Topology } from '../../local/index.ts';

/** Where the accounts of a system can be: what a load is put on, and what placements are compared. */
export interface Placements {
  /** The account that a load is of; it is in every topology. */
  readonly underTest: string;
  /** By name; the first unless told otherwise. `shared` and `dedicated` can be compared. */
  readonly topologies: Readonly<Record<string, Topology>>;
  /** Whether the Worker has KV: as `--kv` says, or as its bindings have it. */
  readonly kvCache: 'optional' | 'always' | 'never';
  /** Starts the system on databases that hold its documents already. */
  start(options: PlacementOptions): Promise<Placed>;
}

/** The state folder holds a database for each shard of the topology. */
export type PlacementOptions = Omit<PlatformOptions, 'secrets'>;

/** A system that runs in one of its placements. */
export interface Placed {
  readonly platform: Platform;
  /** With which the users of the load sign their tokens; absent where they come with that of `tokenOf`. */
  readonly jwtSecret?: string;
  /** @param user of the account, from 0 */
  tokenOf(account: string, user: number): Promise<string>;
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
