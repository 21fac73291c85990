/** What the rest of loadtest uses of the generator. */
export { type Aggregate, mergeSamples } from './aggregate.ts';
export { SampleAggregator } from './aggregator.ts';
export { askedShareAt, countingStretches, type PhaseWindow, phaseWindows } from './asked-load.ts';
export { type DriveOptions, drive } from './drive.ts';
export type { Death, Observations, OtherLoad, OtherTenant } from './observations.ts';
export { startK6 } from './run-k6.ts';
export { parseSample, type Sample } from './samples.ts';
export type { SecondOfLoad } from './timeline.ts';
export {
  mergeTotals,
  newTotals,
  type PartTotals,
  type PhaseTotals,
  type Samples,
  type SeriesTotals,
  type Totals,
} from './totals.ts';
export { GeneratorWatch, type MachineCpu, type Surroundings } from './watch.ts';
