import type { LatencyProfile } from '../../reference-worker/target/index.ts';
import { storageOf } from '../headroom/index.ts';
import {
  type ModelledAnswers,
  type ModelledOperation,
  missedBy,
  type Simulation,
  simulate,
} from '../queue-model/index.ts';
import { operationsIn, type Scenario } from '../scenarios/index.ts';
import { sum } from '../sum.ts';
import type { PlacedTenant } from '../tenants/index.ts';
import { expectedLoads } from '../verdict/index.ts';

/** What the queue model makes of one shard at the busiest moment. */
export interface ShardPrediction {
  readonly shardId: string;
  readonly tenants: readonly PlacedTenant[];
  readonly atWork: number;
  readonly bytes: number;
  /** null: nobody on it grows. */
  readonly monthsLeft: number | null;
  readonly answers: ModelledAnswers;
  /** The objectives that it would miss, in words. */
  readonly missed: readonly string[];
}

/** Of all shards together, so that many of them take no minute; and enough on one for its p95. */
const REQUESTS = 1_000_000;
const [SHARD_MIN, SHARD_MAX] = [200, 40_000];
const MONTHS_PER_YEAR = 12;

/**
 * Runs the tenants of each shard against the queue model alone: the queue is the one that the data plane serves a database with,
 * the service times are the profile's, and what people ask for is the journey's.
 *
 * Every request asks the shard once, for a read or for a write, as the routes of a document store do (assumption); the Worker and
 * what looks the account up take no time, and no read waits for a replica to catch up.
 *
 * @param scenario of the system: its journey, think time and objectives; so long a one that people are at every step of their work
 * @param hasReplicas whether each shard has the replicas of the profile, which serve reads near their users
 * @returns one for each shard that has tenants, in the order of the tenants
 */
export function predictShards(
  tenants: readonly PlacedTenant[],
  scenario: Scenario,
  profile: LatencyProfile,
  hasReplicas = false,
): ShardPrediction[] {
  const byShard = Map.groupBy(tenants, ({ shardId }) => shardId);
  const requests = Math.min(SHARD_MAX, Math.max(SHARD_MIN, REQUESTS / byShard.size));
  const operations = operationsOfJourney(scenario);
  return [...byShard].map(([shardId, there], index) => {
    const atWork = sum(there.map((tenant) => tenant.atWork));
    const bytes = sum(there.map((tenant) => tenant.sizeBytes));
    const growth = sum(there.map((tenant) => tenant.growthBytesPerYear)) / MONTHS_PER_YEAR;
    const answers = predictAnswers(atWork, scenario, profile, {
      ...{ hasReplicas, requests, operations },
      seed: scenario.seed + index,
    });
    const { monthsLeft } = storageOf(shardId, bytes, undefined, growth);
    return {
      shardId,
      tenants: there,
      atWork,
      bytes,
      monthsLeft,
      answers,
      missed: missedBy(answers, scenario),
    };
  });
}

/** What so many people at work on one shard would see, under the same assumptions. @param operations of the journey, where they are known already */
export function predictAnswers(
  atWork: number,
  scenario: Scenario,
  profile: LatencyProfile,
  {
    hasReplicas,
    requests,
    seed,
    operations = operationsOfJourney(scenario),
  }: Pick<Simulation, 'hasReplicas' | 'requests' | 'seed'> & {
    readonly operations?: readonly ModelledOperation[];
  },
): ModelledAnswers {
  const { model, thinkTimeMedianMs, thinkTimeSigma, popShares } = scenario;
  const instances = ['primary', ...(hasReplicas ? profile.d1.replicas.map(({ region }) => region) : [])];
  return simulate({
    ...{ profile, hasReplicas, requests, seed },
    demand: {
      instances: instances.map((instance) => ({
        ...{ database: 'shard', instance, reads: 0, factor: 1 },
        writes: instance === 'primary' ? 1 : 0,
      })),
      ...{ cachedKeys: 0, centralKeys: 0 },
    },
    load: {
      ...{ model, thinkTimeMedianMs, thinkTimeSigma, popShares, operations },
      virtualUsers: Math.max(1, atWork),
    },
  });
}

/** In the shares in which people at their work make them. */
function operationsOfJourney(scenario: Scenario): ModelledOperation[] {
  const [expected] = expectedLoads(scenario, 0);
  return operationsAsked(scenario, (name) => expected.get(name) ?? 0);
}

/** Every operation of a scenario, each as one read or one write of the shard. @param weightOf how often it is asked for, against the others */
export const operationsAsked = (
  scenario: Scenario,
  weightOf: (name: string) => number,
): ModelledOperation[] =>
  operationsIn(scenario).map(({ name, kind }) => ({
    name,
    writes: kind === 'write',
    reads: kind === 'write' ? 0 : 1,
    weight: weightOf(name),
  }));
