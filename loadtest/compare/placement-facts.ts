import type { Arm, ArmComparison } from '../../reports/schema/comparison.ts';
import type { Scenario } from '../scenarios/index.ts';
import { UNDER_TEST } from './arms.ts';
import type { Factor, PlacementFacts, ShardRoom } from './decision.ts';

/** The arms of a placement, by their names in `placementArms`. */
const SHARED = 'shared';
const BESIDE = 'shared-with-neighbour';
const DEDICATED = 'dedicated';

/**
 * Gathers what the decision stands on.
 *
 * @param shardOf the shard of the account on each arm
 * @param budgetUsd what the dedicated placement may cost more, in a month
 */
export function placementFacts(
  arms: readonly Arm[],
  comparisons: readonly ArmComparison[],
  shardOf: (arm: string) => string,
  scenario: Scenario,
  budgetUsd: number,
): PlacementFacts {
  const arm = (name: string): Arm => find(arms, (each) => each.name === name, `arm ${name}`);
  const useOn = (name: string): number => objectiveUse(arm(name), scenario);
  const roomOn = (name: string): ShardRoom => roomOf(arm(name), shardOf(name));
  const factorOf = (other: string): Factor => {
    const { ratio, interval95 } = find(
      comparisons,
      (each) => each.base === SHARED && each.other === other && each.figure === 'p99Ms',
      `p99 of ${other}`,
    );
    return { ratio, interval: interval95 };
  };
  return {
    account: UNDER_TEST,
    objectiveUse: {
      shared: useOn(SHARED),
      sharedWithNeighbour: useOn(BESIDE),
      dedicated: useOn(DEDICATED),
    },
    p99Factor: { sharedWithNeighbour: factorOf(BESIDE), dedicated: factorOf(DEDICATED) },
    room: { shared: roomOn(SHARED), dedicated: roomOn(DEDICATED) },
    extraUsd: usdOf(arm(DEDICATED)) - usdOf(arm(SHARED)),
    budgetUsd,
  };
}

/**
 * The most that an arm uses of any objective: each operation's p95, that of all together, and the failure budget.
 *
 * @returns 1 when the tightest of them is met exactly
 */
export function objectiveUse({ operations, latency, blocks }: Arm, scenario: Scenario): number {
  const requests = blocks.reduce((sum, block) => sum + block.requests, 0);
  const failures = blocks.reduce((sum, block) => sum + block.failures, 0);
  return Math.max(
    ...operations.map((operation) => operation.latency.p95Ms / operation.objectiveP95Ms),
    latency.p95Ms / scenario.totalObjective.p95Ms,
    shareOfBudget(failures / Math.max(1, requests), scenario.failureBudget),
  );
}

/** Without a budget the first failure is beyond it. */
const shareOfBudget = (failureShare: number, budget: number): number =>
  failureShare === 0 ? 0 : failureShare / Math.max(budget, Number.MIN_VALUE);

function roomOf({ name, storage }: Arm, shardId: string): ShardRoom {
  const shard = find(storage ?? [], (each) => each.shardId === shardId, `storage of ${shardId} on ${name}`);
  return { leftBytes: Math.max(0, shard.limitBytes - shard.bytes), monthsLeft: shard.monthsLeft };
}

const usdOf = ({ name, bill }: Arm): number =>
  find(bill ? [bill] : [], () => true, `bill of ${name}`).totalUsd;

function find<Item>(items: readonly Item[], isIt: (item: Item) => boolean, what: string): Item {
  const found = items.find(isIt);
  if (!found) throw new Error(`the comparison has no ${what}.`);
  return found;
}
