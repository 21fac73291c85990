import { type KindOfRun, storeRun } from '../kind-of-run.ts';
import { COMPARISON_SCHEMA_VERSION, ComparisonResult } from '../schema/index.ts';
import { comparisonReport } from './report.ts';

export const COMPARISON: KindOfRun<ComparisonResult> = {
  schema: ComparisonResult,
  version: COMPARISON_SCHEMA_VERSION,
  named: 'The result of this comparison',
  reportOf: comparisonReport,
};

/** Writes a comparison, as storeRun does. */
export const writeComparison = (
  result: ComparisonResult,
  where: { readonly root: string },
): Promise<string> => storeRun(COMPARISON, result, where);
