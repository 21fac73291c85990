/** The statistics of comparisons: interleaved blocks in, ratios with their intervals out. */
export { type ArmComparison, compareArms, comparisonsIn, type Figure } from './compare-arms.ts';
export {
  type Bounds,
  type Comparison,
  type ComparisonOutcome,
  compareBlocks,
  type Pair,
  spreadOf,
  tailOf,
} from './compare-blocks.ts';
export { pairsNeeded, pairsToTell } from './power.ts';
export { studentQuantile } from './student.ts';
