import { planTopology, type ShardSeed, shardSeeds } from '../fixtures/index.ts';
import type { Topology } from '../reference-worker/target/index.ts';
import type { Scenario } from './scenarios/index.ts';
import type { LoadSubject } from './system.ts';
import type { TenantsChoice } from './tenants/index.ts';

/**
 * Plans every account of a topology: the one under test at the scenario's size, the others small.
 *
 * @param root the folder of all data sets
 * @throws FixtureError for a size or a number of users that cannot be planned
 */
export function planShards(
  { data, placements }: Pick<LoadSubject, 'data' | 'placements'>,
  topology: Topology,
  { sizeBytes, virtualUsers, seed }: Scenario,
  root: string,
): ShardSeed[] {
  const choice = { account: placements.underTest, sizeBytes, users: virtualUsers, seed };
  return shardSeeds(data, planTopology(topology, choice), root);
}

/** Plans each tenant of a file at its own size, with as many users as it has. @throws as planShards */
export function planTenants(
  { data }: Pick<LoadSubject, 'data'>,
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
  return shardSeeds(data, { seed, shards }, root);
}
