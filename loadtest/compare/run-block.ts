import type { SeededShard } from '../../fixtures/index.ts';
import type { Behaviour, Placed } from '../../reference-worker/target/index.ts';
import { deploymentOf } from '../../reference-worker/target/index.ts';
import { loadedAccount } from '../journey/index.ts';
import { givenIds, measure } from '../measure.ts';
import { durationSecondsOf, type Scenario } from '../scenarios/index.ts';
import type { LoadSubject } from '../system.ts';
import type { Evidence } from '../verdict/index.ts';
import { type NeighbourTally, type RunningNeighbour, startNeighbour } from './neighbours/index.ts';
import type { TreatmentPlan } from './treatments.ts';

export interface BlockOptions {
  readonly subject: LoadSubject;
  readonly scenario: Scenario;
  readonly behaviour: Behaviour;
  readonly k6File: string;
  /** Of the treatment's topology. */
  readonly shards: readonly SeededShard[];
  /** Where databases, logs and the k6 script go; one block at a time. */
  readonly stateDir: string;
  readonly signal: AbortSignal;
}

export interface BlockEvidence {
  readonly evidence: Evidence;
  /** undefined: the neighbour was idle. */
  readonly neighbour: NeighbourTally | undefined;
}

/** Longer than k6 takes to start and to stop. */
const OVERTIME_SECONDS = 120;

/**
 * Runs one block: a fresh copy of the documents, the account's users, and beside them the neighbour of the treatment, from
 * before the first user to after the last. Nothing is left running.
 *
 * @throws PlatformError, FixtureError, LoadTestError, or the reason of `signal`
 */
export async function runBlock(treatment: TreatmentPlan, options: BlockOptions): Promise<BlockEvidence> {
  let neighbour: RunningNeighbour | undefined;
  const evidence = await measure({
    ...options,
    topology: treatment.topology,
    ...(treatment.entry !== undefined && { entry: treatment.entry }),
    kvCache: options.subject.placements.kvCache === 'always',
    beside: (placed) => {
      neighbour = neighbourOf(treatment, options, placed);
      return neighbour;
    },
  });
  return { evidence, neighbour: await neighbour?.stop() };
}

function neighbourOf(
  { topology, neighbour, neighbours }: TreatmentPlan,
  { subject, shards, scenario }: BlockOptions,
  { platform, tokenOf }: Placed,
): RunningNeighbour | undefined {
  if (!neighbour) return undefined;
  const [first = ''] = neighbours;
  return startNeighbour(neighbour, {
    ...{ subject, tokenOf },
    accounts: neighbours.map((account) => {
      const plan = planOf(shards, account);
      const { data, system } = subject;
      return { plan, known: loadedAccount(plan, data.model, system, givenIds(shards, account)) };
    }),
    urls: Object.values(deploymentServing(platform, topology, first).urls),
    seed: scenario.seed,
    limitMs: 1000 * (durationSecondsOf(scenario) + OVERTIME_SECONDS),
  });
}

function deploymentServing(
  { deployments }: Placed['platform'],
  topology: TreatmentPlan['topology'],
  account: string,
): Placed['platform']['deployments'][number] {
  const found = deployments.find(({ name }) => name === deploymentOf(topology, account));
  if (!found) throw new Error(`topology ${topology.name} has no deployment for ${account}.`);
  return found;
}

function planOf(shards: readonly SeededShard[], account: string): SeededShard['plans'][number] {
  const plan = shards.flatMap(({ plans }) => plans).find((each) => each.account === account);
  if (!plan) throw new Error(`no shard is seeded with ${account}.`);
  return plan;
}
