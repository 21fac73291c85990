import { formatPercent, formatTimes } from '../../reports/document/index.ts';
import type {
  ComparisonResult,
  NoisyNeighbour,
  RunResult,
  TreatmentComparison,
} from '../../reports/schema/index.ts';
import {
  type Bounds,
  type Comparison,
  compareTreatments,
  comparisonsIn,
} from '../../reports/statistics/index.ts';
import type { ComparedBlock } from './experiment.ts';

/** Assumption: nobody moves a tenant for less. */
const SMALLEST_EFFECT = 0.03;

type Block = { readonly latency: RunResult['total']; readonly requestsPerSecond: number };
type Figure = TreatmentComparison['figure'];

const figures: readonly { readonly name: Figure; readonly of: (block: Block) => number }[] = [
  { name: 'p50Ms', of: ({ latency }) => latency.p50Ms },
  { name: 'p95Ms', of: ({ latency }) => latency.p95Ms },
  { name: 'p99Ms', of: ({ latency }) => latency.p99Ms },
  { name: 'requestsPerSecond', of: ({ requestsPerSecond }) => requestsPerSecond },
];

/** All that one experiment judges: every two treatments by every figure, and each treatment by its tightest objective. */
export const judgementsOf = (treatments: number): number =>
  comparisonsIn(treatments, figures.length) + treatments;

/** @param equivalence two figures are alike when they differ by no more than this share, shown by the whole interval */
export const boundsOf = (treatments: number, equivalence: number): Bounds => ({
  ...{ smallestEffect: SMALLEST_EFFECT, equivalence },
  comparisons: judgementsOf(treatments),
});

/** Every treatment with every one before it, by each figure. The blocks of one round are a pair: they ran near each other. */
export function comparisonsOf(
  treatments: readonly string[],
  blocks: readonly ComparedBlock[],
  bounds: Bounds,
): TreatmentComparison[] {
  const rounds = [...Map.groupBy(blocks, ({ round }) => round).values()].map(
    (round) =>
      new Map(
        round.map(({ treatment, result: { total, load } }) => [
          treatment.name,
          { latency: total, requestsPerSecond: load.requestsPerSecond },
        ]),
      ),
  );
  return compareTreatments(treatments, rounds, figures, bounds).map((comparison) => {
    const { base, other, ratio, interval, pairs, outcome } = comparison;
    const figure = figureNamed(comparison.figure);
    return {
      ...{ base, other, figure, ratio, pairs },
      interval95: interval,
      verdict: outcome,
      effect: effectOf(figure, comparison, bounds.equivalence, base, other),
    };
  });
}

function figureNamed(wanted: string): Figure {
  const figure = figures.find(({ name }) => name === wanted);
  if (!figure) throw new Error(`no figure is called ${wanted}.`);
  return figure.name;
}

/**
 * How many times longer the victim's p99 is while its neighbour is at work. The p99, as a neighbour is felt in the queue long
 * before it is felt in the middle.
 *
 * @param base the treatment whose neighbour is idle
 */
export const noisyNeighboursOf = (
  base: string,
  comparisons: readonly TreatmentComparison[],
  treatments: ComparisonResult['treatments'],
): NoisyNeighbour[] =>
  treatments.flatMap(({ name, neighbour }) => {
    const p99 = comparisons.find(
      (each) => each.base === base && each.other === name && each.figure === 'p99Ms',
    );
    if (neighbour === null || !p99) return [];
    const { ratio, interval95, verdict } = p99;
    return [{ aggressor: neighbour, treatment: name, factor: ratio, interval95, verdict }];
  });

const NAME_OF: Readonly<Record<Figure, string>> = {
  p50Ms: 'p50',
  p95Ms: 'p95',
  p99Ms: 'p99',
  requestsPerSecond: 'requests/s',
};

/** From here on a ratio reads better as a multiple than as a percentage. */
const MULTIPLE_FROM = 2;

function effectOf(
  figure: Figure,
  { ratio, outcome }: Comparison,
  equivalence: number,
  base: string,
  other: string,
): string {
  const name = NAME_OF[figure];
  if (outcome === 'not told apart') return `${name} of ${base} and ${other} is not told apart`;
  if (outcome === 'no difference')
    return `no difference in ${name} between ${base} and ${other}, within ${formatPercent(100 * equivalence)}`;
  const amount =
    ratio >= MULTIPLE_FROM
      ? `${formatTimes(ratio)} that`
      : `${formatPercent(100 * Math.abs(ratio - 1))} ${outcome} than that`;
  return `${name} on ${other} is ${amount} on ${base}`;
}
