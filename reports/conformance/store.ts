import { type KindOfRun, type StoredTexts, storeRun } from '../kind-of-run.ts';
import { CONFORMANCE_SCHEMA_VERSION, ConformanceResult } from '../schema/index.ts';
import { renderJunit } from './junit.ts';
import { conformanceReport } from './report.ts';
import { renderSarif } from './sarif.ts';

export const CONFORMANCE: KindOfRun<ConformanceResult> = {
  schema: ConformanceResult,
  version: CONFORMANCE_SCHEMA_VERSION,
  named: 'The result of this run',
  reportOf: conformanceReport,
  more: async (result) => ({
    'junit.xml': await renderJunit(result),
    'results.sarif': renderSarif(result),
  }),
};

/** Writes a conformance run and the files of its witnesses, as storeRun does. @param attachments as the witnesses name them */
export const writeConformanceRun = (
  result: ConformanceResult,
  attachments: StoredTexts,
  where: { readonly root: string; readonly folder?: string | undefined },
): Promise<string> => storeRun(CONFORMANCE, result, { ...where, attachments });
