import type { Latency } from '../schema/index.ts';
import { type Comparison, compareBlocks, type Pair } from './compare-blocks.ts';

/**
 * The noisy-neighbour factor: how many times longer the victim's p99 is while its neighbour is at work (anchors, row 13). The
 * p99, as a neighbour is felt in the queue long before it is felt in the middle.
 *
 * @param pairs of the victim's blocks: `baseline` without the neighbour, `candidate` with it
 * @param smallestEffect as for `compareBlocks`
 * @throws ReportError as `compareBlocks`
 */
export const noisyNeighbourFactor = (
  pairs: readonly Pair<{ readonly latency: Pick<Latency, 'p99Ms'> }>[],
  smallestEffect: number,
): Comparison => compareBlocks(pairs, ({ latency }) => latency.p99Ms, smallestEffect);
