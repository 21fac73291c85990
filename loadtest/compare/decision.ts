import {
  formatBytes,
  formatCount,
  formatPercent,
  formatTimes,
  formatUsd,
} from '../../reports/document/index.ts';
import type { Decision, Interval95 } from '../../reports/schema/index.ts';
import { pairsToTell } from '../../reports/statistics/index.ts';

/** A ratio over the blocks: of two p99s, or of a p95 and its objective. */
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
  /** A sentence: whose work beside the account the decision answers for. */
  readonly answersFor: string;
  /** Blocks of each treatment. */
  readonly pairs: number;
  /** How many intervals hold at 95 % together. */
  readonly comparisons: number;
  /** Two p99s are alike when they differ by no more than this share. */
  readonly equivalence: number;
  /** The most that is used of any objective, as a share of it: 1 is met exactly. */
  readonly objectiveUse: {
    readonly shared: Factor;
    readonly sharedWithNeighbour: Factor;
    readonly dedicated: Factor;
  };
  /** Over the p99 on the shared shard while the neighbour is idle. */
  readonly p99Factor: { readonly sharedWithNeighbour: Factor; readonly dedicated: Factor };
  readonly room: { readonly shared: ShardRoom | null; readonly dedicated: ShardRoom | null };
  /** What the dedicated placement costs more, in a month; null: no prices are known of that day. */
  readonly extraUsd: number | null;
  /** A clause: under which condition it costs that. */
  readonly extraCondition: string;
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

/** `open`: the interval holds the bound, so that the blocks show neither. */
type State = 'kept' | 'broken' | 'open';

interface Rule {
  readonly rule: string;
  readonly observed: string;
  readonly bound: string;
  readonly state: State;
  /** A clause for the sentence: what was found. */
  readonly finding: string;
  /** Blocks of each treatment that would close an open rule; null: too many, or none. */
  readonly blocksWanted: number | null;
  /** What it asks for was never measured, and no block tells it. */
  readonly isUnknown?: boolean;
}

type Choice = Decision['choice'];

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
 * A measured rule is kept or broken when its whole interval says so, and open otherwise: too few blocks show nothing, and so
 * never that nothing is there. Where an open rule would change the choice, there is none.
 *
 * More harm therefore never leads from `move to dedicated` to `stay shared`, and a full shard never to `stay shared`.
 */
export function decidePlacement(facts: PlacementFacts): Decision {
  const room = roomRule('The shared shard', facts.room.shared);
  const toStay = [room, ...speedRules(facts)];
  const cures = cureRules(facts);
  const choice = choose(toStay, cures);
  const isAboutCures = choice !== 'stay shared' && toStay.some(({ state }, at) => at > 0 && state !== 'kept');
  const asked = isAboutCures ? cures : [];
  const reasonsOf = (rules: readonly Rule[], speaker: Choice): Decision['reasons'] =>
    rules.map(({ rule, observed, bound, state }) => ({
      ...{ rule, observed, bound },
      holds:
        choice === 'inconclusive' || state === 'open'
          ? choice === 'inconclusive' && state === 'open'
          : (state === 'kept') === (choice === speaker),
    }));
  return {
    choice,
    sentence: `${facts.answersFor} ${sentenceOf(choice, facts, toStay, asked)}`,
    ...(choice === 'inconclusive' ? { blocksWanted: blocksWanted([...toStay, ...asked]) } : {}),
    reasons: [...reasonsOf(toStay, 'stay shared'), ...reasonsOf(asked, 'move to dedicated')],
  };
}

/** What the rules decide however the open ones turn out; `inconclusive` when that is more than one choice. */
function choose(toStay: readonly Rule[], cures: readonly Rule[]): Choice {
  const choices = new Set<Choice>();
  for (const stay of outcomesOf(toStay))
    for (const cure of outcomesOf(cures)) {
      const needsSpeed = stay.slice(1).includes(false);
      choices.add(
        !stay.includes(false)
          ? 'stay shared'
          : needsSpeed && !cure.includes(false)
            ? 'move to dedicated'
            : 'split the shard',
      );
    }
  const [only = 'inconclusive'] = choices;
  return choices.size === 1 ? only : 'inconclusive';
}

/** Every way in which the rules may turn out to be kept. */
const outcomesOf = (rules: readonly Rule[]): boolean[][] =>
  rules.reduce<boolean[][]>(
    (outcomes, { state }) =>
      outcomes.flatMap((before) =>
        (state === 'open' ? [true, false] : [state === 'kept']).map((isKept) => [...before, isKept]),
      ),
    [[]],
  );

function blocksWanted(rules: readonly Rule[]): number | null {
  const wanted = rules.filter(({ state }) => state === 'open').map((rule) => rule.blocksWanted);
  return wanted.includes(null) ? null : Math.max(...wanted.map((blocks) => blocks ?? 0));
}

const speedRules = (facts: PlacementFacts): Rule[] => [
  objectiveRule('on the shared shard, its neighbour idle', facts.objectiveUse.shared, facts),
  objectiveRule('on the shared shard, its neighbour at work', facts.objectiveUse.sharedWithNeighbour, facts),
  factorRule('on the shared shard', facts.p99Factor.sharedWithNeighbour, facts),
];

const cureRules = (facts: PlacementFacts): Rule[] => [
  objectiveRule('on a D1 of its own', facts.objectiveUse.dedicated, facts),
  factorRule('on a D1 of its own', facts.p99Factor.dedicated, facts),
  roomRule('A D1 of its own', facts.room.dedicated),
  {
    rule: 'The dedicated placement is within the budget',
    observed: costOf(facts),
    bound: `at most ${formatUsd(facts.budgetUsd)}`,
    state: facts.extraUsd === null ? 'open' : facts.extraUsd <= facts.budgetUsd ? 'kept' : 'broken',
    finding: `it costs ${costOf(facts)}`,
    blocksWanted: null,
    isUnknown: facts.extraUsd === null,
  },
];

type Blocks = Pick<PlacementFacts, 'pairs' | 'comparisons'>;

const OPEN = 'not told apart from the bound';

/** Whether a ratio is at most a bound, and what it would take to know. */
function judged(factor: Factor, most: number, { pairs, comparisons }: Blocks) {
  const { low, high } = factor.interval;
  const state: State = high <= most ? 'kept' : low > most ? 'broken' : 'open';
  const wanted =
    state === 'open' && low > 0 && Number.isFinite(high)
      ? pairsToTell({ ...factor, pairs }, most, comparisons)
      : null;
  return { state, blocksWanted: wanted, suffix: state === 'open' ? `, ${OPEN}` : '' };
}

function objectiveRule(where: string, use: Factor, blocks: Blocks): Rule {
  const { suffix, ...judgement } = judged(use, 1, blocks);
  const range = `${formatPercent(100 * use.ratio)} (${formatCount(100 * use.interval.low)} to ${formatCount(100 * use.interval.high)})`;
  return {
    rule: `The account meets its objectives ${where}`,
    observed: `${range} of the tightest objective${suffix}`,
    bound: 'at most 100 %',
    finding: `it uses ${range} of its tightest objective ${where}`,
    ...judgement,
  };
}

function factorRule(where: string, factor: Factor, facts: PlacementFacts): Rule {
  const { suffix, ...judgement } = judged(factor, NEIGHBOUR_FACTOR_MAX, facts);
  return {
    rule: `The neighbour does not double the p99 of the account ${where}`,
    observed: `p99 ${timesOf(factor)} as long${suffix}`,
    bound: `at most ${NEIGHBOUR_FACTOR_MAX} times`,
    finding: isLikeUndisturbed(factor, facts)
      ? `its neighbour makes no difference to its p99 ${where}`
      : `its neighbour makes its p99 ${timesOf(factor)} as long ${where}`,
    ...judgement,
  };
}

function roomRule(what: string, room: ShardRoom | null): Rule {
  const rule = `${what} has room for a year`;
  const bound = `at least ${MONTHS_LEFT_MIN} months`;
  const named = what.toLowerCase().replace('d1', 'D1');
  if (room === null)
    return {
      ...{ rule, bound },
      observed: 'not known',
      state: 'open',
      finding: `what room ${named} has is not known`,
      blocksWanted: null,
      isUnknown: true,
    };
  const { leftBytes, monthsLeft } = room;
  const left = leftBytes <= 0 ? 'nothing' : formatBytes(leftBytes);
  const time = monthsLeft === null ? 'no growth' : `${formatCount(monthsLeft)} months`;
  const isKept = leftBytes > 0 && (monthsLeft === null || monthsLeft >= MONTHS_LEFT_MIN);
  return {
    ...{ rule, bound },
    observed: `${left} left, ${time}`,
    state: isKept ? 'kept' : 'broken',
    finding: `${named} has ${left} left, ${time}`,
    blocksWanted: null,
  };
}

function sentenceOf(
  choice: Choice,
  facts: PlacementFacts,
  toStay: readonly Rule[],
  cures: readonly Rule[],
): string {
  const { account, p99Factor } = facts;
  const findings = (rules: readonly Rule[], wanted: State): string =>
    rules
      .filter(({ state }) => state === wanted)
      .map(({ finding }) => finding)
      .join(', and ');
  if (choice === 'inconclusive') {
    const open = findings([...toStay, ...cures], 'open');
    return `Where ${account} belongs is not told: ${open}. ${wantedSentence(facts, [...toStay, ...cures])}`;
  }
  if (choice === 'stay shared') return `Let ${account} stay shared: ${findings(toStay.slice(2), 'kept')}.`;
  const broken = findings(toStay, 'broken');
  if (choice === 'move to dedicated') {
    const there = isLikeUndisturbed(p99Factor.dedicated, facts)
      ? 'as fast as without a neighbour'
      : `${timesOf(p99Factor.dedicated)} as long`;
    return `Move ${account} to a Worker and D1 of its own: ${broken}. There it is ${there}, for ${costOf(facts)}.`;
  }
  const because = findings(cures, 'broken');
  return `Split the shard of ${account}: ${broken}.${because && ` A move would not do: ${because}.`}`;
}

function wantedSentence({ pairs }: PlacementFacts, rules: readonly Rule[]): string {
  if (rules.some(({ isUnknown }) => isUnknown)) return 'More blocks would not tell.';
  const wanted = blocksWanted(rules);
  return wanted === null
    ? 'No number of blocks within reason would tell it from its bound: make the blocks longer (--hold), or keep other work off ' +
        'the machine.'
    : `If it stays as it is, some ${formatCount(wanted - pairs)} more blocks of each placement would tell: --pairs ${wanted}.`;
}

const costOf = ({ extraUsd, extraCondition }: PlacementFacts): string =>
  extraUsd === null
    ? 'what no price table tells for this day'
    : `${formatUsd(extraUsd)} more a month ${extraCondition}`;

const isLikeUndisturbed = ({ interval }: Factor, { equivalence }: PlacementFacts): boolean =>
  interval.low >= 1 / (1 + equivalence) && interval.high <= 1 + equivalence;

/** As in `4.20 times (3.5 to 5.1)`. */
const timesOf = ({ ratio, interval }: Factor): string =>
  `${formatTimes(ratio)} (${formatCount(interval.low)} to ${formatCount(interval.high)})`;
