import type { Block, Treatment, TreatmentComparison } from '../../reports/schema/index.ts';
import { type Bounds, studentQuantile, tailOf } from '../../reports/statistics/index.ts';
import type { Scenario } from '../scenarios/index.ts';
import type { Factor, PlacementFacts, ShardRoom } from './decision.ts';

/** The treatments of a placement, by their names in `placementTreatments`. */
const SHARED = 'shared';
const BESIDE = 'shared-with-neighbour';
const DEDICATED = 'dedicated';

export interface Compared {
  /** The account that is compared. */
  readonly underTest: string;
  readonly treatments: readonly Treatment[];
  readonly comparisons: readonly TreatmentComparison[];
  readonly bounds: Bounds;
  /** The shard of the account on each treatment. */
  readonly shardOf: (treatment: string) => string;
  readonly scenario: Scenario;
  /** Whose work beside the account the decision answers for, a sentence. */
  readonly answersFor: string;
  /** What the dedicated placement may cost more, in a month. */
  readonly budgetUsd: number;
}

/** Gathers what the decision stands on. */
export function placementFacts(compared: Compared): PlacementFacts {
  const { underTest, treatments, comparisons, bounds, shardOf, scenario, answersFor, budgetUsd } = compared;
  const treatment = (name: string): Treatment =>
    find(treatments, (each) => each.name === name, `treatment ${name}`);
  const useOn = (name: string): Factor => objectiveUse(treatment(name), scenario, bounds.comparisons);
  const roomOn = (name: string): ShardRoom | null => roomOf(treatment(name), shardOf(name));
  const factorOf = (other: string): Factor => {
    const { ratio, interval95 } = find(
      comparisons,
      (each) => each.base === SHARED && each.other === other && each.figure === 'p99Ms',
      `p99 of ${other}`,
    );
    return { ratio, interval: interval95 };
  };
  const [shared, dedicated] = [treatment(SHARED).bill, treatment(DEDICATED).bill];
  return {
    account: underTest,
    answersFor,
    pairs: treatment(SHARED).blocks.length,
    comparisons: bounds.comparisons,
    equivalence: bounds.equivalence,
    objectiveUse: {
      shared: useOn(SHARED),
      sharedWithNeighbour: useOn(BESIDE),
      dedicated: useOn(DEDICATED),
    },
    p99Factor: { sharedWithNeighbour: factorOf(BESIDE), dedicated: factorOf(DEDICATED) },
    room: { shared: roomOn(SHARED), dedicated: roomOn(DEDICATED) },
    extraUsd: shared && dedicated ? dedicated.totalUsd - shared.totalUsd : null,
    extraCondition: dedicated?.condition ?? '',
    budgetUsd,
  };
}

/**
 * The most that a treatment uses of any objective: each operation's p95, the p95 and p99 of all together, and the failure budget.
 *
 * @param comparisons of the family, whose intervals hold at 95 % together
 * @returns 1 when the tightest of them is met exactly; its interval is that of the blocks' own percentiles around the merged one
 */
export function objectiveUse(treatment: Treatment, scenario: Scenario, comparisons: number): Factor {
  const { operations, latency, blocks } = treatment;
  const requests = blocks.reduce((sum, block) => sum + block.requests, 0);
  const failures = blocks.reduce((sum, block) => sum + block.failures, 0);
  const { p95Ms, p99Ms } = scenario.totalObjective;
  const latencies = [
    ...operations.map((operation) => ({
      use: operation.latency.p95Ms / operation.objectiveP95Ms,
      ofBlock: (block: Block) => block.operations.find(({ name }) => name === operation.name)?.latency.p95Ms,
    })),
    { use: latency.p95Ms / p95Ms, ofBlock: (block: Block) => block.latency.p95Ms },
    // Of a single operation a block has too few for a p99.
    { use: latency.p99Ms / p99Ms, ofBlock: (block: Block) => block.latency.p99Ms },
  ];
  const tightest = latencies.reduce((one, other) => (other.use > one.use ? other : one));
  const ofBlocks = blocks.flatMap((block) => tightest.ofBlock(block) ?? []).filter((ms) => ms > 0);
  const failed = shareOfBudget(failures / Math.max(1, requests), scenario.failureBudget);
  // Failures are counted, and no block says more of them than all together.
  if (failed >= tightest.use) return { ratio: failed, interval: { low: failed, high: failed } };
  const factor = spreadFactor(ofBlocks, comparisons);
  return {
    ratio: tightest.use,
    interval: { low: tightest.use / factor, high: tightest.use * factor },
  };
}

/** By how much chance may move a figure of all blocks up or down, at the confidence of one of so many comparisons. */
function spreadFactor(values: readonly number[], comparisons: number): number {
  if (values.length < 2) return Number.POSITIVE_INFINITY;
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const squares = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const quantile = studentQuantile(1 - tailOf(comparisons), logs.length - 1);
  return Math.exp(quantile * Math.sqrt(squares / (logs.length - 1) / logs.length));
}

/** Without a budget the first failure is beyond it. */
const shareOfBudget = (failureShare: number, budget: number): number =>
  failureShare === 0 ? 0 : failureShare / Math.max(budget, Number.MIN_VALUE);

/** null: how the documents of this system grow was never measured. */
function roomOf({ name, storage }: Treatment, shardId: string): ShardRoom | null {
  if (storage === null) return null;
  const shard = find(storage, (each) => each.shardId === shardId, `storage of ${shardId} on ${name}`);
  return { leftBytes: Math.max(0, shard.limitBytes - shard.bytes), monthsLeft: shard.monthsLeft };
}

function find<Item>(items: readonly Item[], isIt: (item: Item) => boolean, what: string): Item {
  const found = items.find(isIt);
  if (!found) throw new Error(`the comparison has no ${what}.`);
  return found;
}
