import { z } from 'zod';
import { parseSize } from '../../../fixtures/generator/index.ts';
import { STANDARD } from '../../../fixtures/seed/index.ts';
import { fromCaller, readOptions, wholeNumber } from '../../../reports/command/index.ts';
import { type PlannedAccount, planAccount } from '../data/index.ts';

export interface BenchmarkOptions {
  /** What every contestant seeds that needs no wrangler. */
  readonly plan: PlannedAccount;
  /** What wrangler is given, whose rate hardly depends on the size. */
  readonly samplePlan: PlannedAccount;
  readonly fullPlan: PlannedAccount | undefined;
  readonly threads: number | undefined;
  /** In which a temporary folder is made. */
  readonly folder: string;
}

/** On disk with indexes; its SQL is about 50 MB. */
const MAX_SAMPLE_BYTES = 67e6;

const Flags = z.strictObject({
  size: z.string().transform(parseSize),
  fullSize: z.string().transform(parseSize),
  skipFull: z.boolean(),
  threads: wholeNumber(1, 64).optional(),
  folder: z
    .string()
    .min(1, 'must name a folder')
    .transform((folder) => fromCaller(folder)),
});

/** @throws CommandError `bad_option`; FixtureError `bad_size`, `size_out_of_range`, `size_too_small_for_users` */
export function readBenchmarkOptions(given: unknown): BenchmarkOptions {
  const { size, fullSize, skipFull, threads, folder } = readOptions(Flags, given);
  const planned = (sizeBytes: number): PlannedAccount =>
    planAccount({ account: 'acme', seed: STANDARD.seed, sizeBytes });
  return {
    plan: planned(size),
    samplePlan: planned(Math.min(size, MAX_SAMPLE_BYTES)),
    fullPlan: skipFull ? undefined : planned(fullSize),
    threads,
    folder,
  };
}
