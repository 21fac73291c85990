/** The statistics of comparisons: interleaved blocks in, ratios with their intervals out. */

export {
  type Bounds,
  type Comparison,
  type ComparisonOutcome,
  compareBlocks,
  type Pair,
  spreadOf,
  tailOf,
} from './compare-blocks.ts';
export { type ComparedFigure, compareTreatments, comparisonsIn, type Figure } from './compare-treatments.ts';
export {
  certainP99Ms,
  decodeLatency,
  latencyHistogram,
  latencyOf,
  MAX_TRACKABLE_MS,
  mergeLatencies,
  recordLatency,
} from './latency.ts';
export { pairsNeeded, pairsToTell } from './power.ts';
export { studentQuantile } from './student.ts';
