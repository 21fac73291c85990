import { planTopology, type SeedPlan, type ShardSeed, shardSeeds } from '../fixtures/index.ts';
import type { Topology } from '../reference-worker/target/index.ts';
import { planManyAccounts } from './many-accounts.ts';
import type { Scenario } from './scenarios/index.ts';
import type { LoadSubject } from './system.ts';
import type { TenantsChoice } from './tenants/index.ts';

type Subject = Pick<LoadSubject, 'system' | 'data' | 'placements'>;

/**
 * Plans every account of a topology: the one under test at the scenario's size, the others small.
 *
 * @param root the folder of all data sets
 * @throws FixtureError for a size or a number of users that cannot be planned
 */
export function planShards(
  { system, data, placements }: Subject,
  topology: Topology,
  {
    sizeBytes,
    virtualUsers,
    seed,
    accounts,
  }: Pick<Scenario, 'sizeBytes' | 'virtualUsers' | 'seed' | 'accounts'>,
  root: string,
): ShardSeed[] {
  if (accounts) return planManyAccounts({ data }, topology, { ...accounts, seed }, root);
  const choice = { account: placements.underTest, sizeBytes, users: virtualUsers, seed };
  const planned = planTopology(topology, choice);
  const plan = data.model.storage ? planned : noLargerThan(sizeBytes, planned);
  return broughtIn(shardSeeds(data, plan, root), { system, data, placements }, topology);
}

/** As rows where it is known how documents lie in a database, and else through the Worker. */
function broughtIn(
  shards: readonly ShardSeed[],
  { system, data, placements }: Subject,
  topology: Topology,
): ShardSeed[] {
  const through = data.model.storage ? undefined : { system, placements, topology };
  return shards.map((shard) => ({ ...shard, through }));
}

/** A request for each document takes its time: nobody's account is larger than the one that was asked for. */
function noLargerThan(size: number, { shards, ...plan }: SeedPlan): SeedPlan {
  const smaller = shards.map(({ accounts, ...shard }) => ({
    ...shard,
    accounts: accounts.map((account) => ({ ...account, size: Math.min(account.size, size) })),
  }));
  return { ...plan, shards: smaller };
}

/** Plans each tenant of a file at its own size, with as many users as it has. @throws as planShards */
export function planTenants(
  subject: Subject,
  { topology, tenants }: TenantsChoice,
  seed: number,
  root: string,
): ShardSeed[] {
  const shards = topology.shards.map(({ id }) => ({
    id,
    accounts: tenants
      .filter(({ shardId }) => shardId === id)
      .map((tenant) => ({ id: tenant.id, size: tenant.sizeBytes, users: tenant.people })),
  }));
  return broughtIn(shardSeeds(subject.data, { seed, shards }, root), subject, topology);
}
