import type { OurMeasurement, SeedMeasurement } from './contestant.ts';

/** All that was measured, in the order in which it was. */
export interface Results {
  readonly ours: readonly OurMeasurement[];
  readonly ceiling: readonly SeedMeasurement[];
  readonly faker: readonly SeedMeasurement[];
  /** One INSERT for each row, through wrangler. */
  readonly dump: readonly SeedMeasurement[];
  /** Our SQL files, through wrangler. */
  readonly sqlFiles: readonly SeedMeasurement[];
  readonly full?: { readonly sizeBytes: number; readonly measurement: OurMeasurement } | undefined;
}

export type WorkDone = Pick<SeedMeasurement, 'documents' | 'documentBytes' | 'seconds'>;

/** An aim of the project, and what came of it. */
export interface SeedAim {
  readonly what: string;
  readonly measured: number;
  readonly bound: 'at least' | 'at most';
  readonly limit: number;
  readonly unit: 'times' | 's' | 'MB';
  readonly isMet: boolean;
}

const TIMES = { ceiling: 0.8, faker: 4, dump: 100 } as const;
/** 75 s for 5 GB on disk, for seeding with indexes and for verifying; in proportion for another size. */
const SECONDS_PER_GB = 75 / 5;
/** Whatever the size. */
const PEAK_RESIDENT_MB = 400;

export const sumOf = (runs: readonly WorkDone[]): WorkDone => ({
  documents: runs.reduce((sum, { documents }) => sum + documents, 0),
  documentBytes: runs.reduce((sum, { documentBytes }) => sum + documentBytes, 0),
  seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
});

/** Of document bodies; NaN without a run. */
export function bytesPerSecond(runs: readonly WorkDone[]): number {
  const { documentBytes, seconds } = sumOf(runs);
  return documentBytes / seconds;
}

/** How many times a rival's rate ours is, over all runs of each; NaN when one of them has none. */
export const speedRatio = (ours: readonly WorkDone[], rival: readonly WorkDone[]): number =>
  bytesPerSecond(ours) / bytesPerSecond(rival);

/** Holds the results against the aims. What was not measured, or is NaN, is not met. */
export function judgeSeeding({ ours, ceiling, faker, dump, full }: Results): SeedAim[] {
  const times = (what: string, rival: readonly WorkDone[], limit: number): SeedAim =>
    atLeast({ what: `our rate over ${what}`, measured: speedRatio(ours, rival), limit, unit: 'times' });
  const runs = full ? [...ours, full.measurement] : ours;
  const peakBytes = Math.max(...runs.map(({ peakResidentBytes }) => peakResidentBytes));
  const aims = [
    times('the ceiling', ceiling, TIMES.ceiling),
    times('the loop with faker', faker, TIMES.faker),
    times('a dump through wrangler d1 execute', dump, TIMES.dump),
    atMost({ what: 'peak resident memory', measured: peakBytes / 1e6, limit: PEAK_RESIDENT_MB, unit: 'MB' }),
  ];
  if (full === undefined) return aims;
  const limit = (SECONDS_PER_GB * full.sizeBytes) / 1e9;
  const { seconds, verifySeconds } = full.measurement;
  return [
    ...aims,
    atMost({ what: 'seeding in full, with indexes', measured: seconds, limit, unit: 's' }),
    atMost({ what: 'verifying in full', measured: verifySeconds, limit, unit: 's' }),
  ];
}

type Bare = Omit<SeedAim, 'bound' | 'isMet'>;
const atLeast = (aim: Bare): SeedAim => ({ ...aim, bound: 'at least', isMet: aim.measured >= aim.limit });
// Math.max of nothing is -Infinity, which would be at most anything.
const atMost = (aim: Bare): SeedAim => ({
  ...aim,
  bound: 'at most',
  isMet: Number.isFinite(aim.measured) && aim.measured <= aim.limit,
});
