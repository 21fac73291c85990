import { signal } from '../../reports/document/index.ts';
import type { Decision, Signal, TreatmentComparison } from '../../reports/schema/index.ts';
import { durationSecondsOf } from '../scenarios/index.ts';
import type { ComparedBlock } from './experiment.ts';

/** Assumption: a neighbour with less to do is no neighbour at work. */
const NEIGHBOUR_REQUESTS_PER_SECOND_MIN = 5;

/**
 * What a comparison is judged by: the guarantees and the validity of every block, and the neighbours' work. Objectives are
 * no part of it: that a treatment misses them is what the comparison finds out.
 */
export function comparisonSignals(blocks: readonly ComparedBlock[]): Signal[] {
  const judged = blocks.flatMap((block) =>
    block.result.signals.filter(({ kind }) => kind !== 'objective').map((each) => ({ block, signal: each })),
  );
  const byId = Map.groupBy(judged, (each) => each.signal.id);
  return [...[...byId.values()].map(worstOf), ...neighbourSignals(blocks)];
}

interface SignalOfBlock {
  readonly block: ComparedBlock;
  readonly signal: Signal;
}

/** Of the same signal in all blocks the one nearest to its bound, or furthest beyond it. */
function worstOf(same: readonly SignalOfBlock[]): Signal {
  const worst = same.reduce((one, other) => (excess(other.signal) > excess(one.signal) ? other : one));
  const { order, treatment } = worst.block;
  return {
    ...worst.signal,
    title: `${worst.signal.title} (worst of ${same.length}: block ${order}, ${treatment.name})`,
  };
}

/** By how much the bound is passed; negative inside it. What was not measured is worse than anything. */
function excess({ observed, bound, comparison, holds }: Signal): number {
  if (observed === null) return Number.POSITIVE_INFINITY;
  const share = (observed - bound) / Math.max(1, Math.abs(bound));
  const beyond = comparison === 'at most' ? share : -share;
  // A breach comes before everything that holds, whatever their bounds.
  return holds ? beyond - Number.MAX_SAFE_INTEGER : beyond;
}

function neighbourSignals(blocks: readonly ComparedBlock[]): Signal[] {
  const rates = blocks.flatMap(({ treatment, neighbour, result }) => {
    if (!treatment.neighbour) return [];
    // One that never began did nothing.
    if (!neighbour) return [0];
    return [(neighbour.requests - neighbour.failures) / durationSecondsOf(result.scenario)];
  });
  if (rates.length === 0) return [];
  const total = (of: 'isolationViolations' | 'corruptBodies'): number =>
    blocks.reduce((sum, { neighbour }) => sum + (neighbour?.[of] ?? 0), 0);
  const none = { bound: 0, comparison: 'at most', kind: 'safety', onBreach: 'FAIL' } as const;
  return [
    {
      ...none,
      id: 'neighbour-isolation-violations',
      title: 'Data of another account in answers to a neighbour',
      requirement: 'A7',
      observed: total('isolationViolations'),
      unit: 'documents',
      why: 'A neighbour is a tenant too: what it is shown of others is a leak.',
    },
    {
      ...none,
      id: 'neighbour-corrupt-bodies',
      title: 'Unreadable answers to a neighbour',
      observed: total('corruptBodies'),
      unit: 'responses',
      why: 'An answer of success is JSON.',
    },
    {
      id: 'neighbour-at-work',
      title: `Answers to the neighbour, least of ${rates.length} blocks`,
      kind: 'validity' as const,
      observed: Math.min(...rates),
      bound: NEIGHBOUR_REQUESTS_PER_SECOND_MIN,
      comparison: 'at least' as const,
      unit: 'requests/s',
      onBreach: 'INCONCLUSIVE' as const,
      why: 'A neighbour that does nothing does no harm, and proves nothing.',
    },
  ].map(signal);
}

/** A comparison that was asked where the account belongs, and cannot say, is no PASS. */
export const decisionSignal = ({ choice, reasons }: Decision): Signal =>
  signal({
    id: 'decision-open',
    title: 'Rules of the decision that the blocks leave open',
    kind: 'validity',
    observed: choice === 'inconclusive' ? reasons.filter(({ holds }) => holds).length : 0,
    bound: 0,
    comparison: 'at most',
    unit: 'rules',
    onBreach: 'INCONCLUSIVE',
    why: 'An interval on both sides of a bound shows neither. That nothing was found is no evidence that nothing is there.',
  });

/** The same placement twice must be found alike: a difference is a false alarm, and too few blocks find nothing. */
export const controlSignal = (comparisons: readonly TreatmentComparison[]): Signal[] =>
  [
    {
      id: 'control-differences',
      title: 'Differences between a placement and itself',
      observed: comparisons.filter(({ verdict }) => verdict === 'higher' || verdict === 'lower').length,
      why: 'By chance there is one in 5 of 100 comparisons. More often, the machine or the order of the blocks favours one of the two.',
    },
    {
      id: 'control-open',
      title: 'Figures of a placement and itself that are not told apart',
      observed: comparisons.filter(({ verdict }) => verdict === 'not told apart').length,
      why: 'Too few or too uneven blocks would find no difference between any two placements.',
    },
  ].map((each) =>
    signal({
      ...each,
      ...{ kind: 'validity', bound: 0, comparison: 'at most', unit: 'figures', onBreach: 'INCONCLUSIVE' },
    }),
  );
