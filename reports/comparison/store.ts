import { renderHtml, renderMarkdown } from '../render/index.ts';
import { COMPARISON_SCHEMA_VERSION, ComparisonResult } from '../schema/index.ts';
import { parseResult, storeFiles } from '../store/index.ts';
import { comparisonReport } from './report.ts';

export const COMPARISON = { schema: ComparisonResult, version: COMPARISON_SCHEMA_VERSION };

/**
 * Writes result.json, report.html and summary.md of a comparison, all or nothing.
 *
 * @param root the project root
 * @returns the run's folder
 * @throws ReportError `run_invalid` for a result outside the schema, `run_id`, or `run_exists`
 */
export async function writeComparison(result: ComparisonResult, { root }: { root: string }): Promise<string> {
  const valid = parseResult(result, 'The result of this comparison', COMPARISON);
  const report = comparisonReport(valid);
  const files = {
    'result.json': `${JSON.stringify(valid, null, 2)}\n`,
    'report.html': await renderHtml(report),
    'summary.md': renderMarkdown(report),
  };
  return storeFiles(valid.runId, files, root);
}
