import { formatBytes, formatCount, formatPercent, formatUsd } from '../../reports/format.ts';
import type { Decision } from '../../reports/schema/comparison.ts';
import type { Interval95 } from '../../reports/schema/index.ts';

/** A ratio of two p99s over the pairs of blocks. */
export interface Factor {
  readonly ratio: number;
  readonly interval: Interval95;
}

/** What is left on the shard of the account under test. */
export interface ShardRoom {
  readonly leftBytes: number;
  /** null: it does not grow. */
  readonly monthsLeft: number | null;
}

/** All that a decision stands on. The neighbour is the same in both factors, and works on the shared shard. */
export interface PlacementFacts {
  readonly account: string;
  /** The most that is used of any objective, as a share of it: 1 is met exactly. */
  readonly objectiveUse: {
    readonly shared: number;
    readonly sharedWithNeighbour: number;
    readonly dedicated: number;
  };
  /** Over the p99 on the shared shard while the neighbour is idle. */
  readonly p99Factor: { readonly sharedWithNeighbour: Factor; readonly dedicated: Factor };
  readonly room: { readonly shared: ShardRoom; readonly dedicated: ShardRoom };
  /** What the dedicated placement costs more, in a month. */
  readonly extraUsd: number;
  /** What it may cost more. */
  readonly budgetUsd: number;
}

/** Assumption: with a p99 twice as long, one page in some ten feels slow to its user (B10 asks for no neighbour at all). */
export const NEIGHBOUR_FACTOR_MAX = 2;
/**
 * Assumption: a year is enough to plan and carry out a move. D1's 10 GB cannot be raised
 * (developers.cloudflare.com/d1/platform/limits).
 */
export const MONTHS_LEFT_MIN = 12;

interface Rule {
  readonly rule: string;
  readonly observed: string;
  readonly bound: string;
  readonly isKept: boolean;
  /** A clause for the sentence: what was found. */
  readonly finding: string;
}

/**
 * Where an account belongs (A3, A6: share, and be alone only where it pays). In this order:
 *
 * 1. Stay shared when the shared shard has room for a year, and the account meets its objectives there, with the neighbour
 *    idle and at work, and the neighbour does not double its p99.
 * 2. Else, when it is speed that is missing: move to dedicated, if a D1 of its own restores the speed, has room for a year
 *    and costs no more than the budget.
 * 3. Else split the shard: its accounts, or the account itself when one D1 cannot carry it, go to more shared shards.
 *    That is what is left when a move would not help or not pay, and what is cheapest when only room is missing.
 *
 * More harm therefore never leads from `move to dedicated` to `stay shared`, and a full shard never to `stay shared`.
 */
export function decidePlacement(facts: PlacementFacts): Decision {
  const room = roomRule('The shared shard', facts.room.shared);
  const speed = speedRules(facts);
  const needsSpeed = speed.some(({ isKept }) => !isKept);
  const cures = needsSpeed ? cureRules(facts) : [];
  const choice = choose([room, ...speed], needsSpeed, cures);
  const reasonsOf = (rules: readonly Rule[], speaker: Decision['choice']): Decision['reasons'] =>
    rules.map(({ rule, observed, bound, isKept }) => ({
      ...{ rule, observed, bound },
      holds: isKept === (choice === speaker),
    }));
  return {
    choice,
    sentence: sentenceOf(choice, facts, [room, ...speed], cures),
    reasons: [...reasonsOf([room, ...speed], 'stay shared'), ...reasonsOf(cures, 'move to dedicated')],
  };
}

function choose(toStay: readonly Rule[], needsSpeed: boolean, cures: readonly Rule[]): Decision['choice'] {
  if (toStay.every(({ isKept }) => isKept)) return 'stay shared';
  return needsSpeed && cures.every(({ isKept }) => isKept) ? 'move to dedicated' : 'split the shard';
}

const speedRules = ({ objectiveUse, p99Factor }: PlacementFacts): Rule[] => [
  objectiveRule('on the shared shard, its neighbour idle', objectiveUse.shared),
  objectiveRule('on the shared shard, its neighbour at work', objectiveUse.sharedWithNeighbour),
  factorRule('on the shared shard', p99Factor.sharedWithNeighbour),
];

const cureRules = ({ objectiveUse, p99Factor, room, extraUsd, budgetUsd }: PlacementFacts): Rule[] => [
  objectiveRule('on a D1 of its own', objectiveUse.dedicated),
  factorRule('on a D1 of its own', p99Factor.dedicated),
  roomRule('A D1 of its own', room.dedicated),
  {
    rule: 'The dedicated placement is within the budget',
    observed: costOf(extraUsd),
    bound: `at most ${formatUsd(budgetUsd)}`,
    isKept: extraUsd <= budgetUsd,
    finding: `it costs ${costOf(extraUsd)}`,
  },
];

const objectiveRule = (where: string, use: number): Rule => ({
  rule: `The account meets its objectives ${where}`,
  observed: `${formatPercent(100 * use)} of the tightest objective`,
  bound: 'at most 100 %',
  isKept: use <= 1,
  finding: `it uses ${formatPercent(100 * use)} of its tightest objective ${where}`,
});

/** A factor counts as harm when chance is ruled out and it matters: both. */
function factorRule(where: string, factor: Factor): Rule {
  return {
    rule: `The neighbour does not slow the account down ${where}`,
    observed: `p99 ${timesOf(factor)} as long`,
    bound: `at most ${NEIGHBOUR_FACTOR_MAX} times, or no difference`,
    isKept: factor.ratio <= NEIGHBOUR_FACTOR_MAX || factor.interval.low <= 1,
    finding: isLikeUndisturbed(factor)
      ? `its neighbour makes no difference to its p99 ${where}`
      : `its neighbour makes its p99 ${timesOf(factor)} as long ${where}`,
  };
}

function roomRule(what: string, { leftBytes, monthsLeft }: ShardRoom): Rule {
  const left = leftBytes <= 0 ? 'nothing' : formatBytes(leftBytes);
  const time = monthsLeft === null ? 'no growth' : `${formatCount(monthsLeft)} months`;
  return {
    rule: `${what} has room for a year`,
    observed: `${left} left, ${time}`,
    bound: `at least ${MONTHS_LEFT_MIN} months`,
    isKept: leftBytes > 0 && (monthsLeft === null || monthsLeft >= MONTHS_LEFT_MIN),
    finding: `${what.toLowerCase().replace('d1', 'D1')} has ${left} left, ${time}`,
  };
}

function sentenceOf(
  choice: Decision['choice'],
  { account, p99Factor, extraUsd }: PlacementFacts,
  toStay: readonly Rule[],
  cures: readonly Rule[],
): string {
  const findings = (rules: readonly Rule[], isKept: boolean): string =>
    rules
      .filter((rule) => rule.isKept === isKept)
      .map(({ finding }) => finding)
      .join(', and ');
  if (choice === 'stay shared') return `Let ${account} stay shared: ${findings(toStay.slice(2), true)}.`;
  const broken = findings(toStay, false);
  if (choice === 'move to dedicated') {
    const there = isLikeUndisturbed(p99Factor.dedicated)
      ? 'as fast as without a neighbour'
      : `${timesOf(p99Factor.dedicated)} as long`;
    return `Move ${account} to a Worker and D1 of its own: ${broken}. There it is ${there}, for ${costOf(extraUsd)}.`;
  }
  const because = findings(cures, false);
  return `Split the shard of ${account}: ${broken}.${because && ` A move would not do: ${because}.`}`;
}

const costOf = (extraUsd: number): string => `${formatUsd(extraUsd)} more a month`;

const isLikeUndisturbed = ({ interval }: Factor): boolean => interval.low <= 1 && interval.high >= 1;

/** As in `4.2 times (3.5 to 5.1)`. */
const timesOf = ({ ratio, interval }: Factor): string =>
  `${formatCount(ratio)} times (${formatCount(interval.low)} to ${formatCount(interval.high)})`;
