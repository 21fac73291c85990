import type { Topology, TopologyAccount } from '../../reference-worker/target/index.ts';
import { type Placements, SystemError } from '../../reference-worker/target/index.ts';
import type { NeighbourProfile } from './neighbours/index.ts';

/** One of the placements that are compared. */
export interface TreatmentPlan {
  readonly name: string;
  readonly topology: Topology;
  /** At work on the shared shard; undefined: it is idle. */
  readonly neighbour: NeighbourProfile | undefined;
  /** Those of the neighbour. */
  readonly neighbours: readonly string[];
  /** The Worker's source file; that of the system unless told otherwise. */
  readonly entry?: string;
}

/**
 * The three treatments of the question whether to share: alone in effect, beside a neighbour at work, and on a Worker and D1 of its
 * own while the same neighbour works on the shard that it has left.
 */
export function placementTreatments(neighbour: NeighbourProfile, placements: Placements): TreatmentPlan[] {
  const [shared, dedicated] = [placementOf(placements, 'shared'), placementOf(placements, 'dedicated')];
  const ids = accountsOf(neighbour, shared, placements.underTest);
  const [{ id: shardId } = { id: '' }] = shared.shards;
  const beside = { topology: withAccounts(shared, shardId, ids), neighbours: ids };
  return [
    { ...beside, name: 'shared', neighbour: undefined },
    { ...beside, name: 'shared-with-neighbour', neighbour },
    { ...beside, name: 'dedicated', topology: withAccounts(dedicated, shardId, ids), neighbour },
  ];
}

/** @throws SystemError where nobody is on the shard who could be a neighbour */
function accountsOf({ accounts }: NeighbourProfile, shared: Topology, underTest: string): readonly string[] {
  if (typeof accounts === 'object') return accounts;
  const others = shared.accounts.map(({ id }) => id).filter((id) => id !== underTest);
  if (others.length === 0)
    throw new SystemError(
      `${underTest} is alone in the topology ${shared.name}: add accounts to it, or choose --neighbour ten-small-accounts.`,
    );
  return accounts === 'all' ? others : others.slice(0, 1);
}

/** The same placement twice: a difference between them is a false alarm. */
export function controlTreatments(placements: Placements): TreatmentPlan[] {
  const topology = placementOf(placements, 'shared');
  return [
    { name: 'shared', topology, neighbour: undefined, neighbours: [] },
    { name: 'shared-again', topology, neighbour: undefined, neighbours: [] },
  ];
}

/** The Worker as it is, and from another source file, each alone in effect. */
export function workerTreatments(entry: string, placements: Placements): TreatmentPlan[] {
  const topology = placementOf(placements, 'shared');
  const alone = { topology, neighbour: undefined, neighbours: [] };
  return [
    { ...alone, name: 'as-it-is' },
    { ...alone, name: 'other-entry', entry },
  ];
}

/** @throws SystemError for a system that has no such placement */
function placementOf({ topologies }: Placements, name: 'shared' | 'dedicated'): Topology {
  const topology = topologies[name];
  if (topology) return topology;
  throw new SystemError(
    `the system is described in the placement ${Object.keys(topologies).join(', ')} only, and a comparison takes it shared and ` +
      `dedicated: add "${name}" to the topologies of its part "placements", or compare it with itself by --control.`,
  );
}

/** The topology with those of the accounts on the shared shard that are not there anyway. */
function withAccounts(topology: Topology, shardId: string, ids: readonly string[]): Topology {
  const missing = ids
    .filter((id) => !topology.accounts.some((account) => account.id === id))
    .map((id): TopologyAccount => ({ id, name: `${id} Ltd`, shardId }));
  return { ...topology, accounts: [...topology.accounts, ...missing] };
}
