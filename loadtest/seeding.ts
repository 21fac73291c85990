import { planTopology, type ShardSeed, shardSeeds, sharedShardsData } from '../fixtures/index.ts';
import type { Topology } from '../reference-worker/local/index.ts';
import type { Scenario } from './scenarios/index.ts';

/**
 * Plans every account of a topology: the one under test at the scenario's size, the others small.
 *
 * @param root the folder of all data sets
 * @throws FixtureError for a size or a number of users that cannot be planned
 */
export function planShards(
  topology: Topology,
  underTest: string,
  { sizeBytes, virtualUsers, seed }: Scenario,
  root: string,
): ShardSeed[] {
  return shardSeeds(
    sharedShardsData,
    planTopology(topology, { account: underTest, sizeBytes, users: virtualUsers, seed }),
    root,
  );
}
