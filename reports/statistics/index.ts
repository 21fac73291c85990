/** The statistics of comparisons: interleaved blocks in, a ratio with its interval out. */
export { type Comparison, compareBlocks, type Pair, spreadOf } from './compare-blocks.ts';
export { noisyNeighbourFactor } from './noisy-neighbour.ts';
export { pairsNeeded } from './power.ts';
export { studentQuantile } from './student.ts';
