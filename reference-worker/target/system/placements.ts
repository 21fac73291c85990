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
export type PlacementOptions = Omit<PlatformOptions, 'secrets' | 'port'>;

/** A system that runs in one of its placements. */
export interface Placed {
  readonly platform: Platform;
  /** With which the users of the load sign their tokens; absent where they come with that of `tokenOf`. */
  readonly jwtSecret?: string;
  /** @param user of the account, from 0 */
  tokenOf(account: string, user: number): Promise<string>;
}
