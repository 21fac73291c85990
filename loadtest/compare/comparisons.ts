import { formatCount, formatPercent } from '../../reports/format.ts';
import type { ArmComparison, NoisyNeighbour } from '../../reports/schema/comparison.ts';
import type { RunResult } from '../../reports/schema/index.ts';
import {
  type Comparison,
  compareBlocks,
  noisyNeighbourFactor,
  type Pair,
} from '../../reports/statistics/index.ts';
import type { MeasuredBlock } from './experiment.ts';

/** Assumption: nobody moves a tenant for less. */
export const SMALLEST_EFFECT = 0.03;

type Block = { readonly latency: RunResult['total']; readonly requestsPerSecond: number };
type Figure = ArmComparison['figure'];

const figures: readonly [Figure, (block: Block) => number][] = [
  ['p50Ms', ({ latency }) => latency.p50Ms],
  ['p95Ms', ({ latency }) => latency.p95Ms],
  ['p99Ms', ({ latency }) => latency.p99Ms],
  ['requestsPerSecond', ({ requestsPerSecond }) => requestsPerSecond],
];

/** Every arm with every one before it, by each figure. */
export function comparisonsOf(arms: readonly string[], blocks: readonly MeasuredBlock[]): ArmComparison[] {
  return arms.flatMap((base, at) =>
    arms.slice(at + 1).flatMap((other) => {
      const pairs = pairsOf(blocks, base, other);
      return figures.map(([figure, of]): ArmComparison => {
        const comparison = compareBlocks(pairs, of, SMALLEST_EFFECT);
        const { ratio, interval, outcome } = comparison;
        return {
          ...{ base, other, figure, ratio, pairs: comparison.pairs },
          interval95: interval,
          verdict: outcome,
          effect: effectOf(figure, comparison, base, other),
        };
      });
    }),
  );
}

/** @param base the arm whose neighbour is idle */
export const noisyNeighboursOf = (base: string, blocks: readonly MeasuredBlock[]): NoisyNeighbour[] =>
  [...Map.groupBy(blocks, ({ arm }) => arm.name)].flatMap(([name, [first]]) => {
    const aggressor = first?.arm.neighbour?.name;
    if (aggressor === undefined) return [];
    const { ratio, interval, outcome } = noisyNeighbourFactor(pairsOf(blocks, base, name), SMALLEST_EFFECT);
    return [{ aggressor, arm: name, factor: ratio, interval95: interval, verdict: outcome }];
  });

/** The blocks of one round are a pair: they ran near each other. */
function pairsOf(blocks: readonly MeasuredBlock[], base: string, other: string): Pair<Block>[] {
  return [...Map.groupBy(blocks, ({ round }) => round).values()].map((round) => ({
    baseline: blockOf(round, base),
    candidate: blockOf(round, other),
  }));
}

function blockOf(round: readonly MeasuredBlock[], arm: string): Block {
  const found = round.find((block) => block.arm.name === arm);
  if (!found) throw new Error(`a round of the experiment has no block of ${arm}.`);
  const { total, load } = found.result;
  return { latency: total, requestsPerSecond: load.requestsPerSecond };
}

const NAME_OF: Readonly<Record<Figure, string>> = {
  p50Ms: 'p50',
  p95Ms: 'p95',
  p99Ms: 'p99',
  requestsPerSecond: 'requests/s',
};

/** From here on a ratio reads better as a multiple than as a percentage. */
const MULTIPLE_FROM = 2;

function effectOf(figure: Figure, { ratio, outcome }: Comparison, base: string, other: string): string {
  const name = NAME_OF[figure];
  if (outcome === 'no difference') return `no difference in ${name} between ${base} and ${other}`;
  const amount =
    ratio >= MULTIPLE_FROM
      ? `${formatCount(ratio)} times that`
      : `${formatPercent(100 * Math.abs(ratio - 1))} ${outcome} than that`;
  return `${name} on ${other} is ${amount} on ${base}`;
}
