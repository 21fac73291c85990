import { type Topology, type TopologyAccount, topologies } from '../../reference-worker/local/index.ts';
import { type NeighbourProfile, SMALL_ACCOUNTS } from './neighbours/index.ts';

/** One of the placements that are compared. */
export interface ArmPlan {
  readonly name: string;
  readonly topology: Topology;
  /** At work on the shared shard; undefined: it is idle. */
  readonly neighbour: NeighbourProfile | undefined;
}

/** The account that is compared; it belongs to both topologies. */
export const UNDER_TEST = 'acme';
const SHARED_SHARD = 'shard-eu-1';

/**
 * The three arms of the question whether to share: alone in effect, beside a neighbour at work, and on a Worker and D1 of its
 * own while the same neighbour works on the shard that it has left.
 */
export const placementArms = (neighbour: NeighbourProfile): ArmPlan[] => [
  { name: 'shared', topology: withAccounts(topologies.shared, neighbour), neighbour: undefined },
  { name: 'shared-with-neighbour', topology: withAccounts(topologies.shared, neighbour), neighbour },
  { name: 'dedicated', topology: withAccounts(topologies.dedicated, neighbour), neighbour },
];

/** The same placement twice: a difference between them is a false alarm. */
export const controlArms: readonly ArmPlan[] = [
  { name: 'shared', topology: topologies.shared, neighbour: undefined },
  { name: 'shared-again', topology: topologies.shared, neighbour: undefined },
];

/** The topology with the neighbour's accounts on the shared shard; some of them are always there. */
function withAccounts(topology: Topology, { accounts }: NeighbourProfile): Topology {
  const missing = SMALL_ACCOUNTS.filter((id) => accounts.includes(id)).map(
    (id): TopologyAccount => ({ id, name: `${id} Ltd`, shardId: SHARED_SHARD, domains: [] }),
  );
  return { ...topology, accounts: [...topology.accounts, ...missing] };
}
